internal import HarkUV
internal import HarkWire

/// Finds the listeners of an event by the bytes of its name, as long as they do not change.
@EventLoop
final class ListenerNames {
    /// 4 096 names: as many as a connection has numbers for. Those beyond are looked up anew each time.
    private static nonisolated let countMax = 4_096

    @exclusivity(unchecked) private var table = NameTable()
    @exclusivity(unchecked) private var known: ContiguousArray<ResolvedName> = []
    @exclusivity(unchecked) private var version = 0

    nonisolated init() {}

    func resolve(_ name: UnsafeRawBufferPointer, among listeners: ListenerTable) -> ResolvedName {
        let version = ListenerVersion.shared.count
        if version != self.version {
            self.version = version
            table.removeAll()
            known.removeAll(keepingCapacity: true)
        }
        if let number = table.number(of: name) { return known[number] }
        var found: ContiguousArray<Listener> = []
        listeners.collect(name, into: &found)
        let resolution = ResolvedName(version: version, listeners: found)
        guard known.count < Self.countMax else { return resolution }
        _ = table.add(name)
        known.append(resolution)
        return resolution
    }
}

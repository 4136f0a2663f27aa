internal import HarkUV
internal import HarkWire

/// Finds the listeners of an event by the bytes of its name, as long as they do not change.
@EventLoop
struct GroupNames {
    /// 4 096 names: as many as a connection has numbers for. Those beyond are looked up anew each time.
    private static nonisolated let countMax = 4_096

    private var table = NameTable()
    private var known: [ContiguousArray<Listener>] = []
    private var version = 0

    nonisolated init() {}

    mutating func listeners(
        hearing name: UnsafeRawBufferPointer, of listeners: ListenerTable
    ) -> ContiguousArray<Listener> {
        if version != ListenerVersion.shared.count {
            version = ListenerVersion.shared.count
            table.removeAll()
            known.removeAll(keepingCapacity: true)
        }
        if let number = table.number(of: name) { return known[number] }
        var found: ContiguousArray<Listener> = []
        listeners.collect(name, into: &found)
        guard known.count < Self.countMax else { return found }
        _ = table.add(name)
        known.append(found)
        return found
    }
}

internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Takes events of other nodes to the listeners of this one.
@EventLoop
final class MeshDeliveries {
    private unowned let node: Node
    /// Who listens to events of a key, by its number.
    @exclusivity(unchecked) private var known: ContiguousArray<MeshAudience?> = []
    let dispatch = NodeDispatch()
    private let version = ListenerVersion.shared

    init(_ node: Node) { self.node = node }

    func deliver(_ arrival: MeshArrival, _ keys: MeshKeys, _ origin: String?) {
        guard let byte = arrival.tail.first else { return }
        guard byte & MeshTail.named == 0 else { return deliver(named: arrival.tail, origin) }
        dispatch.depth = MeshTail.depth(byte)
        call(audience(arrival, keys), UnsafeRawBufferPointer(rebasing: arrival.tail[1...]), origin)
    }

    /// An event that carries its name.
    func deliver(named tail: UnsafeRawBufferPointer, _ origin: String?) {
        var reader = ByteReader(tail)
        guard let byte = reader.readByte(), let count = reader.readLEB128(),
            let name = reader.read(Int(clamping: count))
        else { return }
        dispatch.depth = MeshTail.depth(byte)
        call(MeshAudience(version.value, of: MeshKey(.name, Array(name)), node), reader.rest, origin)
    }

    func stop() { known = [] }

    private func call(_ audience: MeshAudience, _ arguments: UnsafeRawBufferPointer, _ origin: String?) {
        node.receivedCount += 1
        (dispatch.path, dispatch.name, dispatch.origin) = (nil, audience.name, origin)
        Dispatch.node = dispatch
        audience.call(arguments, node, origin)
        Dispatch.node = nil
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    private func audience(_ arrival: MeshArrival, _ keys: MeshKeys) -> MeshAudience {
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
        guard let key = arrival.key else {
            return MeshAudience(version.value, of: arrival.inlineKey ?? MeshKey(.name, []), node)
        }
        let version = version.value
        if key < known.count, let audience = known[key], audience.version == version { return audience }
        let audience = MeshAudience(version, of: keys[key], node)
        while known.count <= key { known.append(nil) }
        known[key] = audience
        return audience
    }
}

/// Who listens to the events of one key.
@EventLoop
final class MeshAudience {
    let version: Int
    /// Of the events.
    let name: String
    private let listeners: ContiguousArray<Listener>
    /// The only one, as nearly always.
    private let only: Uncounted<Listener>?

    init(_ version: Int, of key: MeshKey, _ node: Node) {
        self.version = version
        var listeners: ContiguousArray<Listener> = []
        var text = key.text
        if key.kind == .member, let fields = key.fields(3) {
            text = fields[0]
            let group = node.groups[String(decoding: fields[1], as: UTF8.self)]
            text.withUnsafeBytes { group?.collect($0, into: &listeners) }
        } else {
            text.withUnsafeBytes { node.listenersIfAny?.collect($0, into: &listeners) }
        }
        name = String(decoding: text, as: UTF8.self)
        self.listeners = listeners
        only = listeners.count == 1 ? Uncounted(listeners[0]) : nil
    }

    @inline(__always)
    func call(_ arguments: UnsafeRawBufferPointer, _ node: Node, _ origin: @autoclosure () -> String?) {
        if let only { return only.with { call($0, arguments, node, origin()) } }
        for listener in listeners { call(listener, arguments, node, origin()) }
    }

    @inline(__always)
    private func call(
        _ listener: Listener, _ arguments: UnsafeRawBufferPointer, _ node: Node, _ origin: @autoclosure () -> String?
    ) {
        do { try listener.handler(arguments) } catch {
            node.report(HarkError(listener: error, event: name, peer: origin()))
        }
    }
}

internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// Rooms: events for those who are in one, whatever they are called.
extension Node {
    /// Enters a room: events for it reach the listeners of this node from now on.
    ///
    /// - Throws: `HarkError` with code `.unsupported` where the wire has no rooms, `.limit` when its name has more than
    ///   255 bytes.
    public func join(_ room: String) throws(HarkError) {
        guard mesh != nil else { throw HarkError(.unsupported, "the \(options.dialect) dialect has no rooms") }
        guard room.utf8.count <= Node.nameByteCountMax else { throw Node.tooLong("room", room) }
        guard rooms.insert(room).inserted else { return }
        engine?.listenersChanged(MeshKey(.room, Array(room.utf8)), by: 1)
    }

    /// Leaves a room.
    public func leave(_ room: String) {
        guard rooms.remove(room) != nil else { return }
        engine?.listenersChanged(MeshKey(.room, Array(room.utf8)), by: -1)
    }

    /// Emits an event to the nodes in a room. Those of them that listen to its name hear it.
    @discardableResult
    public func emit<each A: EventArgument>(
        _ name: String, _ arguments: repeat each A, in room: String
    ) -> EmitResult {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for argument in repeat each arguments { argument.encode(into: &writer) }
        guard writer.takeFailure() == nil else { return outlet.onLoop { $0.drop(.notEncodable) } }
        let result = writer.bytes.takeBytes().withUnsafeBytes {
            engine?.emit(.text(name), $0, to: .room(room)) ?? .noListeners
        }
        if case .dropped(let reason) = result { return outlet.onLoop { $0.drop(reason) } }
        return result
    }
}

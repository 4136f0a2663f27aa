internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// Sharing work: of all listeners in a group, on whatever nodes, one hears each event.
extension Node {
    /// 255 bytes for the name of a room or a group, as for that of an event.
    static nonisolated let nameByteCountMax = 255

    static nonisolated func tooLong(_ kind: String, _ name: String) -> HarkError {
        HarkError(.limit, "the name of a \(kind) has \(nameByteCountMax) bytes at most, not \(name.utf8.count)")
    }

    /// Listens to an event together with others: each time one member of the group hears it, each in turn.
    ///
    /// A member whose node is lost gets no more; what was on its way to it is lost with it.
    /// - Parameters:
    ///   - name: of the event.
    ///   - group: those who share the work.
    ///   - body: what to do about it.
    /// - Throws: `HarkError` with code `.unsupported` where the wire has no groups, `.limit` when the group's name has
    ///   more than 255 bytes.
    @discardableResult
    public func on<each A: EventArgument>(
        _ name: String, group: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) throws(HarkError) -> Subscription {
        try table(of: group).add(.name(name), isOnce: false, isFirst: false) { arguments in
            var reader = ArgumentReader(arguments)
            try body(repeat try (each A)(reading: &reader))
        }
    }

    /// Listens to an event as a whole together with others.
    ///
    /// - Throws: as the typed form.
    @discardableResult
    public func on(
        _ name: String, group: String, _ body: @escaping @EventLoop (Event) throws -> Void
    ) throws(HarkError) -> Subscription {
        try table(of: group).add(.name(name), isOnce: false, isFirst: false) { try body(Event(arriving: $0)) }
    }

    private func table(of group: String) throws(HarkError) -> ListenerTable {
        guard mesh != nil else { throw HarkError(.unsupported, "the \(options.dialect) dialect has no groups") }
        guard group.utf8.count <= Node.nameByteCountMax else { throw Node.tooLong("group", group) }
        if let table = groups[group] { return table }
        let table = ListenerTable(lifecycle: lifecycle, logger: logger)
        table.onChange = { [weak self] scope, count in
            guard let self else { return }
            let key = MeshKey(.member, Array(scope.text.utf8), Array(group.utf8), Array(id.utf8))
            engine?.listenersChanged(key, by: count)
        }
        groups[group] = table
        return table
    }
}

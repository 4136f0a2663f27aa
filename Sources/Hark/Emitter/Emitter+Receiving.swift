internal import HarkUV
internal import HarkWire

/// What other threads have emitted, and what becomes of it.
extension Emitter {
    /// The first event was dropped for this reason.
    func dropped(_ reason: DropReason) {
        let tellsEach = outlet.onLoop { $0.rules.contains(.tellsEach) }
        let code = tellsEach ? HarkError(dropped: reason).code : .limit
        report(HarkError(code, "events are dropped: \(reason.rawValue); see EmitResult"))
    }

    /// One event was refused, in a dialect that tells of each.
    ///
    /// What listeners emit when they hear of it is told only if it is not refused as well, or it would never end. A
    /// server and its peers are one in that.
    /// - Parameter peer: for whom the event was; the emitter itself when that is a peer.
    func tellRefused(_ reason: DropReason, _ name: String, _ values: [Value], to peer: Peer.ID? = nil) {
        let teller = (self as? Peer)?.server ?? self
        guard teller.outlet.onLoop({ $0.isTelling }) == false else { return }
        teller.outlet.onLoop { $0.isTelling = true }
        defer { teller.outlet.onLoop { $0.isTelling = false } }
        guard let peer = self as? Peer else { return report(HarkError(dropped: reason, name, values, peer: peer)) }
        peer.linkDidFail(HarkError(dropped: reason, name, values, peer: peer.id))
    }

    /// The arguments of an event could not be encoded, on another thread.
    func tellNotEncodable(_ record: [UInt8]) {
        guard outlet.onLoop({ $0.rules.contains(.tellsEach) }) else { return }
        outlet.onLoop { $0.count(.notEncodable) }
        let name = record.withUnsafeBytes { record in
            switch PostedEvent(reading: record).name {
            case .resolved(let name): name.text
            case .text(let text): String(decoding: text, as: UTF8.self)
            }
        }
        tellRefused(.notEncodable, name, [])
    }

    /// Takes an event of another thread that is for the emitter's own listeners, or for them too.
    func receive(_ event: PostedEvent) {
        let name: EmittedName =
            switch event.name {
            case .resolved(let name): .resolved(name)
            case .text(let text): .text(String(decoding: text, as: UTF8.self))
            }
        let deadline = event.expiry.map { expiry in outlet.onLoop { $0.deadline(expiringAt: expiry) } }
        _ = deliver(
            name, isVolatile: event.isVolatile, event.arguments, event.audience == .local ? .localOnly : echo,
            until: deadline)
    }

    /// Takes an event where `policy` says.
    ///
    /// - Returns: what became of it on its way to the other side; if nobody is there, or it shall not go there, what
    ///   became of it here.
    func deliver(
        _ name: EmittedName, isVolatile: Bool, _ arguments: UnsafeRawBufferPointer, _ policy: EchoPolicy,
        until deadline: UInt64? = nil
    ) -> EmitResult {
        guard !isClosed else { return outlet.onLoop { $0.drop(.closed) } }
        if deadline == 0 { return outlet.onLoop { $0.drop(.expired) } }
        let remote =
            policy == .localOnly
            ? .noListeners : transmit(name, isVolatile: isVolatile, arguments, until: deadline)
        guard policy != .remoteOnly else { return remote }
        let local = ListenerQueue.shared.deliver(name.text, arguments, to: self)
        return remote == .noListeners ? local : remote
    }

    private func transmit(
        _ name: EmittedName, isVolatile: Bool, _ arguments: UnsafeRawBufferPointer, until deadline: UInt64?
    ) -> EmitResult {
        outlet.onLoop { outlet in
            let refusal =
                switch name {
                case .resolved(let name): outlet.begin(name, isVolatile: isVolatile)
                case .text(let text): outlet.begin(text, isVolatile: isVolatile)
                }
            if let refusal { return refusal }
            outlet.arguments.bytes.append(arguments)
            return deadline.map { outlet.end(expiringAt: $0) } ?? outlet.end()
        }
    }
}

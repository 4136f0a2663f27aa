internal import HarkUV
internal import HarkWire

/// Takes events that other threads have emitted to an emitter's own listeners, and to the other side if the emitter
/// says so.
///
/// ```
///  u8: 1 to its own listeners only, 0 as its echo policy says │ a posted event
/// ```
final class ListenerMailbox: RecordReceiver {
    private weak var emitter: Emitter?

    init(_ emitter: Emitter) { self.emitter = emitter }

    func receive(record: UnsafeRawBufferPointer) {
        guard let emitter, let flag = record.first else { return }
        let event = PostedEvent(reading: UnsafeRawBufferPointer(rebasing: record.dropFirst()))
        let name: EmittedName =
            switch event.name {
            case .resolved(let name): .resolved(name)
            case .text(let text): .text(String(decoding: text, as: UTF8.self))
            }
        EventLoop.enterVerified((emitter, name, event, flag != 0)) { emitter, name, event, isLocal in
            let policy = isLocal ? .localOnly : emitter.echo
            _ = emitter.deliver(name, isVolatile: event.isVolatile, event.arguments, policy)
        }
    }
}

extension Emitter {
    /// Takes an event where `policy` says.
    ///
    /// - Returns: what became of it on its way to the other side; if nobody is there, or it shall not go there, what
    ///   became of it here.
    func deliver(
        _ name: EmittedName, isVolatile: Bool, _ arguments: UnsafeRawBufferPointer, _ policy: EchoPolicy
    ) -> EmitResult {
        guard !isClosed else { return outlet.onLoop { $0.drop(.closed) } }
        let remote = policy == .localOnly ? .noListeners : transmit(name, isVolatile: isVolatile, arguments)
        guard policy != .remoteOnly else { return remote }
        let local = ListenerQueue.shared.deliver(name.text, arguments, to: self)
        return remote == .noListeners ? local : remote
    }

    private func transmit(
        _ name: EmittedName, isVolatile: Bool, _ arguments: UnsafeRawBufferPointer
    ) -> EmitResult {
        outlet.onLoop { outlet in
            let refusal =
                switch name {
                case .resolved(let name): outlet.begin(name, isVolatile: isVolatile)
                case .text(let text): outlet.begin(text, isVolatile: isVolatile)
                }
            if let refusal { return refusal }
            outlet.arguments.bytes.append(arguments)
            return outlet.end()
        }
    }
}

internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Takes answers to where the requests came from.
@EventLoop
protocol ReplyTarget: AnyObject {
    /// A request with this number is being answered, or is so no more.
    func answering(_ id: UInt64, _ isBegin: Bool)
    func reply(to id: UInt64, _ encode: (inout ArgumentWriter) -> Void)
    func fail(_ id: UInt64, _ outcome: NativeOutcome, _ text: String)
}

/// The answer that a request waits for. Given once; what comes later is ignored.
@EventLoop
final class Reply {
    private var target: (any ReplyTarget)?
    private let id: UInt64

    init(to id: UInt64, over target: any ReplyTarget) {
        self.id = id
        self.target = target
        target.answering(id, true)
    }

    /// Answers with what `encode` writes.
    func send(_ encode: (inout ArgumentWriter) -> Void) {
        take()?.reply(to: id, encode)
    }

    /// Answers that it failed.
    func fail(_ error: any Error) { fail(.threw, "\(error)") }

    /// Answers that it failed, and in which way.
    func fail(_ outcome: NativeOutcome, _ text: String) {
        take()?.fail(id, outcome, text)
    }

    private func take() -> (any ReplyTarget)? {
        guard let target else { return nil }
        self.target = nil
        target.answering(id, false)
        return target
    }
}

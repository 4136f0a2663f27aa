internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The answer that a request waits for. Given once; what comes later is ignored.
@EventLoop
final class Reply {
    private var link: NativeLink?
    private let id: UInt64

    init(to id: UInt64, over link: NativeLink) {
        self.id = id
        self.link = link
        link.occasions.answeringCount += 1
    }

    /// Answers with what `encode` writes.
    func send(_ encode: (inout ArgumentWriter) -> Void) {
        guard let link = take() else { return }
        link.reply(to: id, encode)
    }

    /// Answers that it failed.
    func fail(_ error: any Error) { fail(.threw, "\(error)") }

    /// Answers that it failed, and in which way.
    func fail(_ outcome: NativeOutcome, _ text: String) {
        guard let link = take() else { return }
        link.fail(id, outcome, text)
    }

    private func take() -> NativeLink? {
        guard let link else { return nil }
        self.link = nil
        link.occasions.answeringCount -= 1
        return link
    }
}

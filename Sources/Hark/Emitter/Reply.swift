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
    }

    /// Answers with what `encode` writes.
    func send(_ encode: (inout ArgumentWriter) -> Void) {
        link?.reply(to: id, encode)
        link = nil
    }

    /// Answers that it failed.
    func fail(_ error: any Error) {
        link?.fail(id, .threw, "\(error)")
        link = nil
    }
}

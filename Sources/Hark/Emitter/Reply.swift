package import HarkUV
package import HarkWire

/// The answer that a request waits for. Given once; what comes later is ignored.
@EventLoop
package final class Reply {
    private weak var link: NativeLink?
    private let id: UInt64

    init(to id: UInt64, over link: NativeLink) {
        self.id = id
        self.link = link
    }

    /// Answers with what `encode` writes.
    package func send(_ encode: (inout ArgumentWriter) -> Void) {
        link?.reply(to: id, encode)
        link = nil
    }

    /// Answers that it failed.
    package func fail(_ code: HarkError.Code, _ text: String) {
        link?.fail(id, code, text)
        link = nil
    }
}

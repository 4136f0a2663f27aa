internal import HarkUV

/// An attempt whose result is known before it begins; it says so in the next turn.
@EventLoop
final class SettledAttempt: DialAttempt {
    private let result: Result<any Connection, HarkError>
    private var completion: (@EventLoop (Result<any Connection, HarkError>) -> Void)?

    init(
        _ result: Result<any Connection, HarkError>,
        _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) {
        self.result = result
        self.completion = completion
        EventLoop.task {
            let completion = self.completion
            self.completion = nil
            completion?(result)
        }
    }

    func cancel() {
        guard completion != nil else { return }
        completion = nil
        (try? result.get())?.close()
    }
}

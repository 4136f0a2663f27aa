internal import HarkProtocol

/// A listener that wants the latest value of what it begins to listen to.
struct LatestListener {
    let pattern: String
    let parts: SubjectPattern
    let subscription: Subscription
    let body: @EventLoop (Event) throws -> Void
}

internal import HarkUV

/// How often listeners have come or gone, in any table. One for all: it is compared once per event, and the same
/// comparison tells that events of this process wait for the end of the running dispatch.
@EventLoop
final class ListenerVersion {
    static nonisolated let shared = ListenerVersion()

    /// Of this version is nothing that was ever looked up.
    private static let interrupted = -1

    /// What was looked up under the same value is valid, and nothing waits.
    @exclusivity(unchecked) private(set) var value = 0

    /// The value, but for interruptions.
    private(set) var count = 0

    private nonisolated init() {}

    var isInterrupted: Bool { value == Self.interrupted }

    /// What was looked up before is old.
    func change() {
        count &+= 1
        if !isInterrupted { value = count }
    }

    /// Makes the dispatch that goes on look for what waits before its next event.
    func interrupt() { value = Self.interrupted }

    /// What was looked up before the interruption is valid again, unless listeners have come or gone.
    func resume() { value = count }
}

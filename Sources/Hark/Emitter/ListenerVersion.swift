internal import HarkUV

/// How often listeners have come or gone, in any table. One for all: it is compared once per event.
@EventLoop
final class ListenerVersion {
    static nonisolated let shared = ListenerVersion()

    @exclusivity(unchecked) private(set) var value = 0

    private nonisolated init() {}

    /// What was looked up before is old.
    func change() { value &+= 1 }
}

import Foundation

/// Something that has happened, or not yet; for threads.
final class Flag: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Whether it has.
    var isSet: Bool { wait(seconds: 0) }

    func set() { semaphore.signal() }

    /// Waits until it has, for so long at most.
    @discardableResult
    func wait(seconds: Double) -> Bool {
        guard semaphore.wait(timeout: .now() + seconds) == .success else { return false }
        semaphore.signal()
        return true
    }
}

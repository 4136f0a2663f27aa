import Foundation

/// Runs code where the stack is as small as it gets: secondary threads on macOS have 512 KiB.
enum SmallStack {
    static let byteCount = 512 * 1024

    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
        // Written before the signal and read after it.
        nonisolated(unsafe) var result: Result?
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            result = body()
            done.signal()
        }
        thread.stackSize = byteCount
        thread.start()
        done.wait()
        return result
    }
}

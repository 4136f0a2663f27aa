import CAllocationCounter

/// Counts calls of `malloc` and its relatives while a piece of code runs.
enum AllocationCounter {
    /// False under a sanitizer and where the C library is unknown: then everything reads zero.
    static var isAvailable: Bool { hark_allocations_are_counted() }

    /// Allocations by the calling thread. Exact, whatever else the process does.
    static func inThread(_ body: () throws -> Void) rethrows -> Int {
        let before = hark_allocations_of_thread().allocations
        try body()
        return Int(hark_allocations_of_thread().allocations - before)
    }

    /// Allocations by all threads: what `body` causes on the loop is seen, and so is what others do meanwhile.
    static func inProcess(_ body: () async throws -> Void) async rethrows -> Int {
        let before = hark_allocations_of_process().allocations
        try await body()
        return Int(hark_allocations_of_process().allocations - before)
    }
}

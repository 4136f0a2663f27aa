import Testing

/// How many allocations an operation may cost once everything is warm.
///
/// It holds for optimised code that has the process to itself, as in `make release-tests`: tests of a budget stand
/// between `#if !DEBUG` and `#endif`.
///
///     @Test func `an event of bytes is emitted within the budget`() async throws {
///         try await AllocationBudget.steady.expect(events: 100_000) { count in try await pair.flood(count) }
///     }
struct AllocationBudget {
    /// Allocations per event, by all threads together.
    let perEvent: Double

    /// 0.05, one allocation for twenty events: room for buffers that grow, none for an object, a closure or an array
    /// per event.
    static let steady = AllocationBudget(perEvent: 0.05)

    /// 3: others only ever add to what is counted, so the smallest of a few rounds is the one to believe.
    private static let roundCount = 3

    /// Reports an issue when the allocations of `body`, as `allocationsPerEvent` measures them, are over the budget.
    func expect(
        events: Int, sourceLocation: SourceLocation = #_sourceLocation, _ body: (_ events: Int) async throws -> Void
    ) async rethrows {
        let measured = try await Self.allocationsPerEvent(events: events, body)
        #expect(measured <= perEvent, "allocations per event", sourceLocation: sourceLocation)
    }

    /// Runs `body` with the number of events it shall handle, once to warm up, then a few times counted. It must have
    /// handled them all when it returns.
    static func allocationsPerEvent(
        events: Int, _ body: (_ events: Int) async throws -> Void
    ) async rethrows -> Double {
        try await body(events)
        var fewest = Int.max
        for _ in 0..<roundCount {
            fewest = min(fewest, try await AllocationCounter.inProcess { try await body(events) })
        }
        return Double(fewest) / Double(events)
    }
}

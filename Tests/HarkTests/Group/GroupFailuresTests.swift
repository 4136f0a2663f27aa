import Hark
import Testing

struct GroupFailuresTests {
    private let error = HarkError(.system, "no way")

    @Test func `the first one is told at once, others once a second with their number`() {
        var failures = GroupFailures()
        #expect(failures.isEmpty)
        #expect(failures.take(at: 0) == nil)
        failures.add(error, count: 1)
        #expect(!failures.isEmpty)
        #expect(failures.take(at: 5)?.message == "no way")
        #expect(failures.take(at: 5) == nil)
        for now in 6...10 as ClosedRange<UInt64> {
            failures.add(error, count: 2)
            #expect(failures.take(at: now) == nil)
        }
        #expect(failures.take(at: 4 + GroupFailures.interval) == nil)
        let told = failures.take(at: 5 + GroupFailures.interval)
        #expect(told?.message == "no way; it is the last of 10")
        #expect(told?.code == .system)
    }

    @Test func `the last one is told whenever it was`() {
        var failures = GroupFailures()
        failures.add(error, count: 1)
        _ = failures.take(at: 0)
        failures.add(error, count: 1)
        #expect(failures.take(at: 1, isLast: true)?.message == "no way")
        #expect(failures.take(at: 1, isLast: true) == nil)
    }
}

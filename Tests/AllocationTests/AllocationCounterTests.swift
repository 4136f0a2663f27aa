import Foundation
import Testing

/// The budgets are worth nothing if nothing is counted. These hold in debug and in release.
@Suite(.enabled(if: AllocationCounter.isAvailable, "a sanitizer, or an unknown C library, owns malloc"))
struct AllocationCounterTests {
    private final class Object {}

    /// Out of the optimiser's sight, which would leave out what is not used.
    @inline(never)
    private static func make<T>(_ body: () -> T) -> T { body() }

    @Test func `an array is one allocation`() {
        let count = AllocationCounter.inThread {
            withExtendedLifetime(Self.make { [Int](repeating: 1, count: 1000) }) {}
        }
        #expect(count == 1)
    }

    @Test func `objects are counted one by one`() {
        var objects: [Object?] = Array(repeating: nil, count: 100)
        func fill() {
            for index in objects.indices { objects[index] = Self.make { Object() } }
        }
        fill()  // The first use of a generic type allocates what describes it.
        let count = AllocationCounter.inThread(fill)
        #expect(count == 100)
        #expect(objects.allSatisfy { $0 != nil })
    }

    @Test func `memory with an alignment of its own is counted`() {
        let count = AllocationCounter.inThread {
            Self.make { UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 256) }.deallocate()
        }
        #expect(count == 1)
    }

    @Test func `nothing is counted where nothing is allocated`() {
        var sum = 0
        let count = AllocationCounter.inThread {
            for number in 0..<1000 { sum = Self.make { sum &+ number } }
        }
        #expect(count == 0)
        #expect(sum == 499_500)
    }

    @Test func `another thread counts for the process, not for this thread`() async {
        let inProcess = await AllocationCounter.inProcess {
            let inThread = AllocationCounter.inThread {
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    for _ in 0..<10_000 { _ = Self.make { [Int](repeating: 1, count: 10) } }
                    done.signal()
                }
                done.wait()
            }
            #expect(inThread < 1000)
        }
        #expect(inProcess >= 10_000)
    }

    @Test func `a budget sees how often an operation allocates`() async {
        let rarely = await AllocationBudget.allocationsPerEvent(events: 100_000) { count in
            for number in 0..<count where number % 1000 == 0 { _ = Self.make { Object() } }
        }
        let often = await AllocationBudget.allocationsPerEvent(events: 100_000) { count in
            for number in 0..<count where number % 10 == 0 { _ = Self.make { Object() } }
        }
        #expect(rarely >= 0.001 && often >= 0.1)
        await AllocationBudget(perEvent: often + 0.05).expect(events: 100) { _ in }
    }
}

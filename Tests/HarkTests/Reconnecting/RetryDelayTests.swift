import Hark
import Testing

@Suite struct RetryDelayTests {
    @Test func `a delay keeps what it was made of`() {
        let growing = RetryDelay.backoff(from: .milliseconds(5), upTo: .seconds(2))
        #expect(growing.first == .milliseconds(5) && growing.longest == .seconds(2) && !growing.isFixed)
        #expect(RetryDelay.backoff(from: .seconds(1)).longest == .seconds(30))
        let fixed = RetryDelay.fixed(.seconds(3))
        let fibonacci = RetryDelay.fibonacci(from: .milliseconds(5), upTo: .milliseconds(5))
        #expect(fibonacci.first == .milliseconds(5) && !fibonacci.isFixed && fibonacci != .fixed(.milliseconds(5)))
        #expect(RetryDelay.fibonacci(from: .seconds(1)).longest == .seconds(30))
        #expect(fixed.first == .seconds(3) && fixed.longest == .seconds(3) && fixed.isFixed)
    }

    @Test func `what makes no sense counts as the nearest that does`() {
        for nothing in [.zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.min)] as [Duration] {
            #expect(RetryDelay.fixed(nothing).first == .milliseconds(1))
            #expect(RetryDelay.backoff(from: nothing, upTo: nothing).longest == .milliseconds(1))
        }
        for huge in [.seconds(86_401), .seconds(Int64.max)] as [Duration] {
            #expect(RetryDelay.fixed(huge).first == .seconds(86_400))
            #expect(RetryDelay.backoff(from: .seconds(1), upTo: huge).longest == .seconds(86_400))
        }
        let inverted = RetryDelay.backoff(from: .seconds(5), upTo: .seconds(1))
        #expect(inverted.first == .seconds(5) && inverted.longest == .seconds(5))
    }
}

import HarkProtocol
import Testing

@Suite struct NativeIdentifierTests {
    @Test func `it is written as 32 digits`() {
        #expect(NativeIdentifier(high: 1, low: .max).description == "0000000000000001ffffffffffffffff")
    }

    @Test func `chance makes different ones`() {
        var random = Seeded(1)
        let some = (0..<100).map { _ in NativeIdentifier(using: &random) }
        #expect(Set(some).count == 100)
    }
}

import HarkProtocol
import Testing

@Suite struct NativeKindTests {
    @Test func `the event's byte is its raw value`() {
        #expect(NativeKind.eventByte == NativeKind.event.rawValue)
    }

    @Test func `kinds fit the bits that say them`() {
        for kind in NativeKind.allCases { #expect(kind.rawValue & NativeKind.mask == kind.rawValue) }
    }
}

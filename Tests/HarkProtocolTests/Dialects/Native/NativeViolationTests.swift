import HarkProtocol
import Testing

@Suite struct NativeViolationTests {
    private let all: [NativeViolation] = [
        .wrongMagic, .versionUnsupported(2), .frameTooLong(byteCount: 2, limit: 1), .unknownKind(31),
        .unexpected(.ack), .malformed(.hello), .nameRedefined(3), .nameUndefined(4), .nameTooLong(byteCount: 256),
        .tooManyNames(limit: 5), .acknowledgedTooMany,
    ]

    @Test func `each violation has a reason of its own and a text that fits a goodbye`() {
        #expect(Set(all.map(\.reason)).count == all.count)
        #expect(all.allSatisfy { $0.reason.isViolation || $0.reason == .version })
        #expect(Set(GoodbyeReason.allCases.filter(\.isViolation)).isSubset(of: all.map(\.reason)))
        for violation in all {
            #expect(NativeGoodbye(violation.reason, text: violation.description).text == violation.description)
        }
    }

    @Test func `the text names what was wrong`() {
        #expect(NativeViolation.frameTooLong(byteCount: 9, limit: 8).description.contains("9 bytes"))
        #expect(NativeViolation.malformed(.hello).description.contains("hello"))
        #expect(NativeViolation.versionUnsupported(2).description.contains("version 2"))
    }
}

import HarkProtocol
import HarkWire
import Testing

@Suite struct VerboseParserTests {
    /// Names, ids and nodes with what JSON has to escape, and in any order of the parts.
    @Test func `what was written is read, whatever is in it`() {
        let texts = [
            "", "\"", "\\", "\u{1}", "é漢😀", "__proto__", "hasOwnProperty", "3f8dad9f-f7c2-4dd0-9f01-04773e64a974",
        ]
        for text in texts {
            for other in texts where !other.isEmpty {
                let side = VerboseSide.open()
                let record = VerboseSide.record(other, [.string(text)], .string(text), .string(other))
                let said = side.say { machine, output in
                    record.withUnsafeBytes { _ = machine.write(message: $0, into: &output) }
                }
                Array(("," + said.dropFirst(2)).utf8).withUnsafeBytes { bytes in
                    var input = bytes
                    guard case .message(let id, let head, let payload) = side.machine.receive(&input) else {
                        Issue.record("\(said) is no message")
                        return
                    }
                    #expect(id == VerboseSide.id(other))
                    #expect(Array(head) + Array(payload) == record)
                }
            }
        }
    }
}

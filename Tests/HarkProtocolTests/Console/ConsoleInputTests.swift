import HarkProtocol
import Testing

struct ConsoleInputTests {
    private func lines(_ bytes: [UInt8]) -> [ConsoleInput.Line] {
        var input = ConsoleInput()
        return bytes.compactMap { input.take($0) } + (input.end().map { [$0] } ?? [])
    }

    private func line(_ text: String) -> ConsoleInput.Line { .whole(Array(text.utf8)) }

    @Test(arguments: ["a\nb\n", "a\r\nb\r\n", "a\r\0b\r\0", "a\nb", "a\r\nb\r", "\0a\0\r\nb\n"])
    func `lines end as terminals, programs and telnet end them`(text: String) {
        #expect(lines(Array(text.utf8)) == [line("a"), line("b")])
    }

    @Test func `empty lines are lines, and what ends in the middle of nothing is none`() {
        #expect(lines(Array("\n\r\n".utf8)) == [line(""), line("")])
        #expect(lines([]) == [])
        #expect(lines([255, 253]) == [])
    }

    @Test(
        arguments: [
            [255, 253, 3], [255, 251, 24, 255, 252, 31], [255, 250, 24, 0, 65, 255, 255, 10, 255, 240], [255, 241],
            [255, 244, 255, 253, 6],
        ] as [[UInt8]])
    func `what telnet negotiates is passed over, wherever it stands`(negotiation: [UInt8]) {
        let text = Array("peers\r\n".utf8)
        for place in 0...text.count {
            #expect(lines(text[..<place] + negotiation + text[place...]) == [line("peers")])
        }
    }

    @Test func `a byte that telnet doubles is one`() {
        #expect(lines([97, 255, 255, 98, 10]) == [.whole([97, 255, 98])])
    }

    @Test func `a line of the limit is read, and a longer one is said to be`() {
        let longest = [UInt8](repeating: 97, count: ConsoleInput.byteCountMax)
        #expect(lines(longest + [13, 10]) == [.whole(longest)])
        #expect(lines(longest + [97, 10]).first == .tooLong)
        #expect(lines(longest + longest + longest).first == .tooLong)
    }
}

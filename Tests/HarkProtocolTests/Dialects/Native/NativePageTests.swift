import HarkProtocol
import HarkWire
import Testing

/// The page that describes the protocol, held against the code.
@Suite struct NativePageTests {
    private let page: String
    /// The rows of its tables, cell by cell.
    private let rows: [[String]]

    init() throws {
        page = try Fixture.text("Sources/Hark/Hark.docc/NativeProtocol.md")
        rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { String($0.split(separator: " ").joined(separator: " ")) }
        }
    }

    private func hasRow(_ number: some BinaryInteger, _ name: some Any) -> Bool {
        rows.contains { $0.starts(with: ["\(number)", "`\(name)`"]) }
    }

    @Test(arguments: NativeKind.allCases)
    func `each kind has its row`(kind: NativeKind) {
        #expect(hasRow(kind.rawValue, kind))
    }

    @Test(arguments: GoodbyeReason.allCases)
    func `each goodbye has its row`(reason: GoodbyeReason) {
        #expect(hasRow(reason.rawValue, reason))
    }

    @Test(arguments: NativeOutcome.allCases)
    func `each outcome has its row`(outcome: NativeOutcome) {
        #expect(rows.contains { $0.count == 2 && $0[0] == "\(outcome.rawValue)" && $0[1].hasPrefix("`\(outcome)`") })
    }

    @Test func `there are no rows for numbers that do not exist`() {
        let numbers = rows.filter { Int($0[0]) != nil }.count
        #expect(numbers == NativeKind.allCases.count + GoodbyeReason.allCases.count + NativeOutcome.allCases.count)
    }

    @Test func `the defaults are those of the code`() {
        let limits = NativeLimits()
        let defaults: KeyValuePairs = [
            "frame": limits.frameByteCount, "bytes": limits.windowByteCount, "events": limits.windowEventCount,
            "names": limits.nameCount,
        ]
        for (key, value) in defaults {
            let row = rows.first { $0[0] == "`\(key)`" }
            #expect(row.map { $0[1].filter(\.isNumber) } == "\(value)")
        }
    }

    @Test func `the magic is drawn as it is`() {
        let drawn = (NativeMagic.prefix + [NativeMagic.version]).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return " \(digits.count < 2 ? "0" : "")\(digits) "
        }
        #expect(page.contains("│\(drawn.joined(separator: "│"))│"))
    }

    @Test func `its example is what is written`() {
        let side = NativeSide(.client)
        _ = side.define("tick")
        _ = side.take()
        side.emit("tick", [0x18, 0x2A])
        #expect(side.take() == [0x05, 3, 0, 0, 1, 0x18, 0x2A])
        #expect(page.contains(" 05 03 00 00   01   18 2A\n"))
    }
}

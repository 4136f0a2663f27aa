import HarkProtocol
import HarkWire
import Testing

/// The page that describes the protocol of native groups, held against the code.
@Suite struct NativeGroupPageTests {
    private let page: String
    private let rows: [[String]]

    init() throws {
        page = try Fixture.text("Sources/Hark/Hark.docc/NativeMulticast.md")
        rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { String($0.split(separator: " ").joined(separator: " ")) }
        }
    }

    @Test(arguments: NativeGroupKind.allCases)
    func `each kind has its row`(kind: NativeGroupKind) {
        #expect(rows.contains { $0.starts(with: ["\(kind.rawValue)", "`\(kind)`"]) })
    }

    @Test func `the defaults are those of the code`() {
        let settings = NativeGroupSettings(group: 1)
        let defaults: KeyValuePairs = [
            "a datagram": settings.datagramByteCount, "an event": settings.messageByteCount,
            "what is kept": settings.repairByteCount, "what waits": settings.windowByteCount,
            "members": settings.memberCount, "gaps": SequenceGaps.countMax,
        ]
        for (what, value) in defaults {
            let row = rows.first { $0[0].hasPrefix(what) && $0.count == 2 }
            #expect(row.map { $0[1].filter(\.isNumber) } == "\(value)", "\(what)")
        }
        let page = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(page.contains("given up after 3 000 ms") && settings.recovery == 3_000)
        #expect(page.contains("interval of 1 000 ms") && settings.heartbeat == 1_000)
        #expect(page.contains("after 4 ms") && settings.tail == 4)
    }

    /// The bytes of the page's example.
    private var example: [UInt8] {
        let lines = page.split(separator: "\n").filter { $0.hasPrefix(" 48 47 01 01") || $0.hasPrefix(" 00 00 ") }
        return lines.flatMap { line -> [UInt8] in
            // What explains the bytes stands behind six spaces.
            let end = line.dropFirst().firstRange(of: "      ")?.lowerBound ?? line.endIndex
            return line[..<end].split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    @Test func `the example is read, and is what a member writes`() {
        let example = example
        #expect(example.count == 42)
        let receiver = NativeGroupMember(0, NativeGroupSettings(group: 7), seed: 3)
        let now = Instant(milliseconds: 1)
        receiver.start(now)
        var heard: [String] = []
        example.withUnsafeBytes { bytes in
            receiver.machine.receive(bytes, from: DatagramAddress(ipv4: 1, port: 1), now: now)
            while let effect = receiver.machine.nextEffect() {
                guard case .event(let event) = effect else { continue }
                heard.append(String(decoding: event.name, as: UTF8.self) + " \(Array(event.arguments))")
            }
        }
        #expect(heard == ["tick [24, 42]"])
        let outcome = Array("tick".utf8).withUnsafeBytes { name in
            ([0x18, 0x2A] as [UInt8]).withUnsafeBytes { arguments in
                receiver.machine.emit(name, arguments, now: now, date: 0)
            }
        }
        #expect(outcome == .accepted)
        var written = receiver.collect(now).last?.bytes ?? []
        #expect(written.count == 42)
        // The number of a member is chance.
        written.replaceSubrange(8..<16, with: example[8..<16])
        #expect(written == example)
    }
}

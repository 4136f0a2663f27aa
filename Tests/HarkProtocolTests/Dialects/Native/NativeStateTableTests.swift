import HarkProtocol
import HarkWire
import Testing

/// What each frame and each call means in each state. A state or input without an expectation fails.
@Suite struct NativeStateTableTests {
    enum Start: String, CaseIterable {
        case disconnected, clientGreeting, serverGreeting, authorizing, clientOpen, serverOpen, closing
    }

    private static let frames: [String: String] = [
        "hello": "01 17 00 00 a1 64 6e6f6465 50 000102030405060708090a0b0c0d0e0f",
        "welcome": "02 17 00 00 a1 64 6e6f6465 50 000102030405060708090a0b0c0d0e0f",
        "goodbye": "03 03 00 00 00 00 00",
        "name": "04 02 00 00 02 62",
        "event": "05 02 00 00 01 05",
        "namedEvent": "06 03 00 00 01 61 05",
        "volatile": "07 02 00 00 01 05",
        "namedVolatile": "08 03 00 00 01 61 05",
        "ack": "09 01 00 00 01",
        "settled": "0a 03 00 00 01 01 78",
        "request": "0b 04 00 00 02 03 01 05",
        "namedRequest": "0c 05 00 00 02 03 01 61 05",
        "reply": "0d 02 00 00 02 05",
        "failure": "0e 03 00 00 02 01 78",
        "ping": "0f 08 00 00 01 00 00 00 00 00 00 00",
        "pong": "10 08 00 00 01 00 00 00 00 00 00 00",
        "data": "11 03 00 00 01 61 01",
        "flush": "12 00 00 00",
        "storm": "93 02 00 00 01 02",
        "unknown": "1f 00 00 00",
        "optional": "9f 01 00 00 00",
        "tooLong": "05 01 00 10",
        "half": "05 02 00 00 01",
    ]

    private static func side(_ start: Start) -> NativeSide {
        let role: NativeMachine.Role = start == .clientGreeting || start == .clientOpen ? .client : .server
        let side = NativeSide(role, answer: .wait)
        guard start != .disconnected else { return side }
        side.open()
        side.receive(NativeMachineTests.magic)
        side.emit("sent")
        switch start {
        case .disconnected, .clientGreeting, .serverGreeting: break
        case .authorizing: hear("hello", side)
        case .clientOpen:
            hear("welcome", side)
            side.receive([0x04, 2, 0, 0, 1, 0x61])
        case .serverOpen:
            hear("hello", side)
            side.accept()
            side.receive([0x04, 2, 0, 0, 1, 0x61])
        case .closing:
            hear("hello", side)
            side.accept()
            side.machine.close(.normal, control: &side.control)
        }
        side.forget()
        return side
    }

    private static func hear(_ frame: String, _ side: NativeSide) {
        side.receive(NativeVectors.bytes(hex: frames[frame] ?? ""))
    }

    private static func put(_ input: String, to side: NativeSide) {
        switch input {
        case "opened": side.open()
        case "accept": side.accept()
        case "refuse": side.machine.refuse(control: &side.control)
        case "violated": side.machine.violated(.wrongMagic, control: &side.control)
        case "disconnected": side.machine.disconnected()
        default: hear(input, side)
        }
    }

    private let rows: [(input: String, cells: [String])]

    init() throws {
        let lines = try Fixture.text("Tests/Fixtures/Native/states.txt").split(separator: "\n")
        rows = lines.filter { !$0.hasPrefix("#") }.map { line in
            let cells = line.split(separator: "|").map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            return (cells[0], Array(cells.dropFirst()))
        }
    }

    @Test func `each kind of frame has a row and each state a column`() {
        #expect(Set(rows.map(\.input)).isSuperset(of: NativeKind.allCases.map { "\($0)" }))
        #expect(rows.allSatisfy { $0.cells.count == Start.allCases.count })
    }

    @Test(arguments: Start.allCases)
    func `each input does what the table says`(start: Start) throws {
        let column = try #require(Start.allCases.firstIndex(of: start))
        for (input, cells) in rows {
            let side = Self.side(start)
            let before = side.machine.state
            Self.put(input, to: side)
            let effect = side.transcript.last?.replacing("violation ", with: "") ?? "nothing"
            let after = side.machine.state
            let found = before == after ? effect : "\(effect)→\(after)"
            #expect(found == cells[column], "\(input) in \(start)")
        }
    }
}

import Captures
import HarkProtocol
import HarkWire
import Testing

/// What the original programs have said to each other.
@Suite struct UhuraCaptureTests {
    /// What one side has said on one connection.
    struct Speech: CustomTestStringConvertible, Sendable {
        let name: String
        let side: String
        let connection: Int
        let bytes: [UInt8]
        /// What the other side has said.
        let answers: [UInt8]
        var testDescription: String { "\(name), \(side) \(connection)" }

        /// The recording begins in the middle of a session.
        var isContinued: Bool { bytes.first == UInt8(ascii: "\n") }

        var messages: [String] {
            String(decoding: bytes, as: UTF8.self).split(separator: "\n,\n").map {
                $0.hasPrefix("[\n") ? String($0.dropFirst(2)) : String($0)
            }
        }
    }

    static let speeches: [Speech] = {
        guard let captures = try? Capture.all(in: "Uhura") else { return [] }
        return captures.flatMap { name, capture in
            ["client", "server"].flatMap { side in
                [1, 2].compactMap { connection in
                    let bytes = capture.bytes(from: side, connection: connection)
                    let other = side == "client" ? "server" : "client"
                    return bytes.isEmpty
                        ? nil
                        : Speech(
                            name: name, side: side, connection: connection, bytes: bytes,
                            answers: capture.bytes(from: other, connection: connection))
                }
            }
        }
    }()

    private static let opening = "[[\"start\",{\"objectMode\":true,\"enableAcks\":true}]"
    private static let connect = "[[\"connect\",{\"objectMode\":true,\"enableAcks\":true}]"

    @Test func `the recordings are found`() {
        #expect(Set(Self.speeches.map(\.name)).count == 33)
        #expect(Self.speeches.count > 60)
    }

    // MARK: Read

    private static func listener(_ speech: Speech) -> UhuraSide {
        UhuraSide.inState(speech.isContinued ? .open : .greeting, speech.side == "client" ? .server : .client)
    }

    @Test(arguments: speeches)
    func `every message is understood, however the recording is cut`(_ speech: Speech) {
        let whole = Self.listener(speech).hear(speech.bytes)
        #expect(whole.count == speech.messages.count)
        for text in whole { #expect(!["malformed", "too long", "ignored"].contains { text.hasPrefix($0) }, "\(text)") }
        let single = Self.listener(speech)
        #expect(speech.bytes.flatMap { single.hear([$0]) } == whole)
        guard speech.bytes.count < 2_000 else { return }
        for cut in 1..<speech.bytes.count {
            let side = Self.listener(speech)
            #expect(side.hear(speech.bytes[..<cut]) + side.hear(speech.bytes[cut...]) == whole, "cut at \(cut)")
        }
    }

    @Test func `values arrive as they were sent`() throws {
        let unicode = try #require(Self.speeches.first { $0.testDescription == "event-client-unicode, client 1" })
        #expect(Self.listener(unicode).hear(unicode.bytes)[0].hasPrefix("event [\"event\",\"é ü ß\",\"漢字\",\"😀👩‍👩‍👧\""))
        let resumed = try #require(Self.speeches.first { $0.testDescription == "session-resume, server 2" })
        // Without the cookie, which means nothing here.
        #expect(
            Self.listener(resumed).hear(resumed.bytes)[0]
                == "set sessionID=\"kg4iVy0v4MXTNQK60KDBQrw7\" kept=1 mine=2 whole")
    }

    // MARK: Written

    /// What the first versions leave out and this library says.
    private static let saidHere = [
        "object-mode-without-acks, client 1": (
            "[\"start\",{\"objectMode\":true}]", "[\"start\",{\"objectMode\":true,\"enableAcks\":false}]"
        ),
        "v0.0.1-handshake-and-ping, server 1": (
            "[\"connect\"]", "[\"connect\",{\"objectMode\":false,\"enableAcks\":false}]"
        ),
    ]

    /// The bytes are those of the originals, their faults included. Client and server do not do all that the machine
    /// can write: the server hands out no cookie (`session-resume`, `reconnect-retransmission`) and no session by the
    /// name that a client asks for (`session-unknown`); the client sends nothing ahead of the server's `connect`
    /// (`send-before-connect`, `reconnect-retransmission`). UhuraReplayTests shows what they do instead.
    @Test(arguments: speeches)
    func `the same messages are the same bytes`(_ speech: Speech) throws {
        let side = UhuraSide(speech.side == "client" ? .client : .server)
        if speech.isContinued {
            _ = side.hear(side.machine.role == .client ? Self.connect : Self.opening)
            _ = side.say { machine, output in
                if machine.role == .server { machine.writeConnect(id: UhuraSide.id("1"), into: &output) }
            }
            _ = side.say { $0.write(whole: [], into: &$1) }
        } else if side.machine.role == .server {
            _ = side.hear(speech.answers)
        }
        var text = String(decoding: speech.bytes, as: UTF8.self)
        if let (theirs, ours) = Self.saidHere[speech.testDescription] {
            text.replace(theirs, with: ours)
        }
        #expect(try speech.messages.map { try say($0, side) }.joined() == text)
    }

    private func say(_ message: String, _ side: UhuraSide) throws -> String {
        let value = try Array(message.utf8).withUnsafeBytes { try JSONReader.value(of: $0, options: .init()) }
        let isObject = value["args"] != nil
        // An original writes this form without having been told that it may.
        if isObject, side.machine.role == .client, side.state == .greeting { _ = side.hear(Self.connect) }
        let id = value["id"]?.string.map(UhuraSide.id)
        let parts = try #require((value["args"] ?? value).array)
        let name = try #require(parts.first?.string)
        return side.say { machine, output in
            switch name {
            case "_set": Self.set(Array(parts.dropFirst()), &machine, &output)
            case "start":
                let settings =
                    parts.count > 1
                    ? UhuraSettings(objectMode: true, acknowledgements: parts[1]["enableAcks"] == true) : nil
                machine.start(settings, into: &output)
            case "connect": machine.writeConnect(id: id ?? UhuraSide.id("1"), into: &output)
            case "invalidateSession": machine.writeInvalidation(id: id ?? UhuraSide.id("1"), into: &output)
            case _ where name.hasPrefix("ack::"):
                machine.write(acknowledgementOf: UhuraSide.id(String(name.dropFirst(5))), into: &output)
            default:
                let arguments = parts.dropFirst().flatMap(UhuraSide.item)
                arguments.withUnsafeBytes { arguments in
                    Array(name.utf8).withUnsafeBytes { machine.write(event: $0, arguments, id: id, into: &output) }
                }
            }
        }
    }

    private static func set(_ arguments: [Value], _ machine: inout UhuraMachine, _ output: inout ByteWriter) {
        if let object = arguments[0].object {
            let entries = object.map { UhuraData.Entry(key: $0.key, value: UhuraSide.item($0.value)) }
            if arguments.count > 1 {
                machine.write(set: entries, into: &output)
            } else {
                machine.write(whole: entries, into: &output)
            }
        } else if let key = arguments[0].string {
            if key == UhuraData.sessionKey, let id = arguments[1].string {
                machine.write(sessionID: id, into: &output)
            } else {
                UhuraSide.item(arguments[1]).withUnsafeBytes { machine.write(key: key, $0, into: &output) }
            }
        }
    }
}

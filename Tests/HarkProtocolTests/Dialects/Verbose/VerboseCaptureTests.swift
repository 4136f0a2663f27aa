import Captures
import HarkProtocol
import HarkWire
import Testing

/// What the original programs have said to each other.
@Suite struct VerboseCaptureTests {
    /// What one side has said.
    struct Speech: CustomTestStringConvertible, Sendable {
        let name: String
        let side: String
        let bytes: [UInt8]
        var testDescription: String { "\(name), \(side)" }

        var form: JSONStreamForm { name.hasPrefix("lines") ? .lines : .array }
        var separator: String { form == .array ? "\n,\n" : "\n" }

        /// The recording begins in the middle of a connection.
        var isContinued: Bool { bytes.first == UInt8(ascii: "\n") }

        var messages: [String] {
            var text = String(decoding: bytes, as: UTF8.self)
            text.replace("[\n", with: "", maxReplacements: 1)
            return text.split(separator: separator).map(String.init)
        }
    }

    static let speeches: [Speech] = {
        guard let captures = try? Capture.all(in: "Verbose") else { return [] }
        return captures.flatMap { name, capture in
            ["client", "server"].compactMap { side in
                let bytes = [1, 2].flatMap { capture.bytes(from: side, connection: $0) }
                return bytes.isEmpty ? nil : Speech(name: name, side: side, bytes: bytes)
            }
        }
    }()

    @Test func `the recordings are found`() {
        #expect(Set(Self.speeches.map(\.name)).count == 20)
        #expect(Self.speeches.count == 27)
    }

    private static func listener(_ speech: Speech) -> VerboseSide {
        speech.isContinued ? VerboseSide.open(speech.form) : VerboseSide()
    }

    @Test(arguments: speeches)
    func `every message is understood, however the recording is cut`(_ speech: Speech) {
        let whole = Self.listener(speech).hear(speech.bytes)
        #expect(whole.count == speech.messages.count)
        for text in whole { #expect(!text.hasPrefix("malformed") && !text.hasPrefix("too long"), "\(text)") }
        let single = Self.listener(speech)
        #expect(speech.bytes.flatMap { single.hear([$0]) } == whole)
        guard speech.bytes.count < 2_000 else { return }
        for cut in 1..<speech.bytes.count {
            let side = Self.listener(speech)
            #expect(side.hear(speech.bytes[..<cut]) + side.hear(speech.bytes[cut...]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: speeches)
    func `the same messages are the same bytes`(_ speech: Speech) throws {
        let side = VerboseSide.open(speech.form)
        if speech.isContinued { _ = side.say { $0.write(peerID: "N", into: &$1) } }
        let said = try speech.messages.map { try say($0, side) }.joined()
        #expect(said == String(decoding: speech.bytes, as: UTF8.self))
    }

    private func say(_ message: String, _ side: VerboseSide) throws -> String {
        let value = try Array(message.utf8).withUnsafeBytes { try JSONReader.value(of: $0, options: .init()) }
        let parts = try #require(value.array)
        return side.say { machine, output in
            switch parts[0].string {
            case "peerid": machine.write(peerID: parts[2].string ?? "", into: &output)
            case "sync":
                machine.write(
                    syncAfter: parts[1].string.map(VerboseSide.id), isReconnect: parts[2] == true, into: &output)
            case "ack": machine.write(acknowledgementOf: VerboseSide.id(parts[1].string ?? ""), into: &output)
            default:
                guard let meta = parts[1]["meta"], let id = meta["_id"], let nodes = meta["_nodes"] else { return }
                VerboseSide.record([id, nodes] + (parts[1]["pl"]?.array ?? [])).withUnsafeBytes {
                    _ = machine.write(message: $0, into: &output)
                }
            }
        }
    }
}

import HarkProtocol
import HarkWire

/// One side of an Uhura connection, with what it hears as text and what it says as text.
final class UhuraSide {
    var machine: UhuraMachine
    private(set) var heard: [String] = []
    private var output = ByteWriter(pool: ChunkPool())

    init(_ role: UhuraMachine.Role, messageByteCountMax: Int = 1 << 20) {
        machine = UhuraMachine(role: role, messageByteCountMax: messageByteCountMax, pool: ChunkPool())
    }

    var state: UhuraMachine.State { machine.state }
    var isMidMessage: Bool { machine.partByteCount != nil }

    /// A side in this state.
    static func inState(_ state: UhuraMachine.State, _ role: UhuraMachine.Role) -> UhuraSide {
        let side = UhuraSide(role)
        switch (role, state) {
        case (_, .greeting), (.client, .admitting): break
        case (.server, .admitting): _ = side.hear("[[\"start\",{\"objectMode\":true,\"enableAcks\":true}]")
        case (.server, .open):
            _ = side.hear("[[\"start\",{\"objectMode\":true,\"enableAcks\":true}]")
            _ = side.say { $0.writeConnect(id: MessageIdentifier(random: 0, 0), into: &$1) }
        case (.client, .open): _ = side.hear("[[\"connect\",{\"objectMode\":true,\"enableAcks\":true}]")
        }
        return side
    }

    /// Takes text, and tells what it asks for.
    func hear(_ text: String) -> [String] { hear(Array(text.utf8)) }

    func hear(_ bytes: some Collection<UInt8>) -> [String] {
        let before = heard.count
        Array(bytes).withUnsafeBytes { bytes in
            var input = bytes
            while let effect = machine.receive(&input) { heard.append(describe(effect)) }
        }
        return Array(heard[before...])
    }

    private func describe(_ effect: UhuraEffect) -> String {
        switch effect {
        case .event(let name, let arguments, let id):
            "event " + Self.text { JSONEvent.write(name, arguments, into: &$0) } + Self.suffix(id)
        case .acknowledged(let id): "acknowledged" + Self.suffix(id)
        case .set(let data):
            "set " + data.entries.map { "\($0.key)=\(Self.json($0.value))" }.joined(separator: " ")
                + (data.isWhole ? " whole" : "")
        case .started: "started \(Self.text(machine.settings))"
        case .connected: "connected \(Self.text(machine.settings))"
        case .invalidated(let id): "invalidated" + Self.suffix(id)
        case .ignored: "ignored"
        case .malformed(let why): "malformed: \(why)"
        case .tooLong(let why): "too long: \(why)"
        }
    }

    /// What `body` writes.
    func say(_ body: (inout UhuraMachine, inout ByteWriter) -> Void) -> String {
        body(&machine, &output)
        return String(decoding: output.takeBytes(), as: UTF8.self)
    }

    // MARK: Text

    private static func text(_ settings: UhuraSettings) -> String {
        (settings.objectMode ? "objects" : "arrays") + (settings.acknowledgements ? " acks" : "")
    }

    private static func suffix(_ id: MessageIdentifier?) -> String { id.map { " #" + text($0) } ?? "" }

    static func text(_ id: MessageIdentifier) -> String {
        String(text { id.write(to: &$0) }.dropFirst().dropLast())
    }

    private static func text(_ body: (inout ByteWriter) -> Void) -> String {
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        body(&writer)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    static func json(_ item: [UInt8]) -> String {
        item.withUnsafeBytes { bytes in
            text { output in
                var reader = CBORReader(bytes)
                try? JSONTranscoder.writeElement(from: &reader, to: &output)
            }
        }
    }

    static func item(_ value: Value) -> [UInt8] {
        var writer = ArgumentWriter(pool: ChunkPool())
        writer.write(value)
        return writer.bytes.takeBytes()
    }

    static func id(_ text: String) -> MessageIdentifier {
        Array(text.utf8).withUnsafeBytes { MessageIdentifier($0) } ?? .text("")
    }
}

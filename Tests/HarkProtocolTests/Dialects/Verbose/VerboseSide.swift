import HarkProtocol
import HarkWire

/// One side of a verbose connection, with what it hears as text and what it says as text.
final class VerboseSide {
    var machine: VerboseMachine
    private var output = ByteWriter(pool: ChunkPool())

    init(channel: String = "DEFAULT_CHANNEL", messageByteCountMax: Int = 1 << 20) {
        machine = VerboseMachine(channel: channel, messageByteCountMax: messageByteCountMax, pool: ChunkPool())
    }

    var state: VerboseMachine.State { machine.state }
    var form: JSONStreamForm? { machine.form }
    var isMidMessage: Bool { machine.partByteCount != nil }

    /// A side to which messages may be sent.
    static func open(_ form: JSONStreamForm = .array) -> VerboseSide {
        let side = VerboseSide()
        _ = side.hear(handshake(form))
        return side
    }

    /// What begins a connection.
    static func handshake(_ form: JSONStreamForm = .array) -> String {
        switch form {
        case .array: "[\n[\"peerid\",\"DEFAULT_CHANNEL\",\"NODE-X\"]\n,\n[\"sync\",null,null]"
        case .lines: "[\"peerid\",\"DEFAULT_CHANNEL\",\"NODE-X\"]\n[\"sync\",null,null]"
        }
    }

    /// Takes text, and tells what it asks for.
    func hear(_ text: String) -> [String] { hear(Array(text.utf8)) }

    func hear(_ bytes: some Collection<UInt8>) -> [String] {
        var heard: [String] = []
        Array(bytes).withUnsafeBytes { bytes in
            var input = bytes
            while let effect = machine.receive(&input) { heard.append(Self.describe(effect)) }
        }
        return heard
    }

    private static func describe(_ effect: VerboseEffect) -> String {
        switch effect {
        case .introduced(let nodeID): "introduced \(nodeID)"
        case .foreign(let channel): "foreign \(channel)"
        case .synchronised(let last, let isReconnect):
            "synchronised \(last?.text ?? "-")" + (isReconnect ? " again" : "")
        case .message(let id, let head, let payload): "message \(id.text) \(json(head)) \(json(payload))"
        case .acknowledged(let id): "acknowledged \(id.text)"
        case .malformed(let why): "malformed: \(why)"
        case .tooLong(let why): "too long: \(why)"
        }
    }

    /// What `body` writes.
    func say(_ body: (inout VerboseMachine, inout ByteWriter) -> Void) -> String {
        body(&machine, &output)
        return String(decoding: output.takeBytes(), as: UTF8.self)
    }

    /// Items of CBOR as the elements of an array.
    static func json(_ items: UnsafeRawBufferPointer) -> String {
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        _ = try? JSONTranscoder.writeElements(ofCBOR: items, to: &writer)
        return "[" + String(decoding: writer.takeBytes().dropFirst(), as: UTF8.self) + "]"
    }

    /// A message as its link writes it.
    static func record(_ id: String, _ nodes: [Value], _ arguments: Value...) -> [UInt8] {
        record([.string(id), .array(nodes)] + arguments)
    }

    static func record(_ values: [Value]) -> [UInt8] {
        var writer = ArgumentWriter(pool: ChunkPool())
        for value in values { writer.write(value) }
        return writer.bytes.takeBytes()
    }

    static func id(_ text: String) -> MessageIdentifier {
        Array(text.utf8).withUnsafeBytes { MessageIdentifier($0) } ?? .text("")
    }
}

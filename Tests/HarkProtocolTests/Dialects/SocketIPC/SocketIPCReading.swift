import HarkProtocol
import HarkWire

/// What the machine makes of a stream.
struct SocketIPCReading {
    enum Effect: Equatable {
        case event(topic: [UInt8], arguments: [UInt8])
        case malformed(String, [UInt8])
        case tooLong(String)
    }

    private(set) var effects: [Effect] = []

    /// - Parameter parts: as they arrive.
    init(_ parts: [[UInt8]], byteCountMax: Int = 1 << 20) {
        var machine = SocketIPCMachine(messageByteCountMax: byteCountMax, pool: ChunkPool())
        for part in parts {
            part.withUnsafeBytes { bytes in
                var input = bytes
                while let effect = machine.receive(&input) { effects.append(Self.kept(effect)) }
            }
        }
    }

    private static func kept(_ effect: SocketIPCMachine.Effect) -> Effect {
        switch effect {
        case .event(let topic, let arguments): .event(topic: Array(topic), arguments: Array(arguments))
        case .malformed(let why, let bytes): .malformed(why, Array(bytes))
        case .tooLong(let why): .tooLong(why)
        }
    }

    /// The events in words: `topic value`, and what was passed over as `!`.
    var words: [String] {
        effects.map { effect in
            switch effect {
            case .event(let topic, let arguments):
                String(decoding: topic, as: UTF8.self) + Self.values(arguments).map { " \($0)" }.joined()
            case .malformed: "!"
            case .tooLong: "too long"
            }
        }
    }

    static func values(_ arguments: [UInt8]) -> [Value] {
        arguments.withUnsafeBytes { arguments in
            var reader = ArgumentReader(arguments)
            var values: [Value] = []
            while !reader.isAtEnd, let value = try? reader.readValue() { values.append(value) }
            return values
        }
    }

    /// What the machine writes.
    static func written(_ topic: [UInt8], _ arguments: [UInt8]) -> [UInt8] {
        var output = ByteWriter(pool: ChunkPool())
        topic.withUnsafeBytes { topic in
            arguments.withUnsafeBytes { SocketIPCMachine.write(topic, $0, into: &output) }
        }
        return output.takeBytes()
    }

    static func written(_ topic: String, _ message: Value?) -> [UInt8] {
        var arguments = ArgumentWriter(pool: ChunkPool())
        if let message { arguments.write(message) }
        return written(Array(topic.utf8), arguments.bytes.takeBytes())
    }

    /// `bytes` in pieces of these sizes, again and again.
    static func pieces(of bytes: [UInt8], _ sizes: [Int]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + sizes[pieces.count % sizes.count], bytes.count)
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}

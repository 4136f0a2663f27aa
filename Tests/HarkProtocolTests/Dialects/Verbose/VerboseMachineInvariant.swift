import HarkProtocol
import HarkWire

/// What holds for any bytes: each message is taken, passed over or refused, and it does not matter how they are cut.
/// What was taken can be written again, and reads as the same.
///
/// The first byte is the state; the rest arrives. The fuzzer looks for bytes that break it.
enum VerboseMachineInvariant {
    private static let byteCountMax = 1_024

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let first = bytes.first else { return nil }
        let input = Array(bytes.dropFirst())
        let whole = hear(input, first, pieces: [input.count])
        let pieces = input.prefix(64).map { Int($0 & 31) + 1 }
        for pieces in [pieces, [1]] where hear(input, first, pieces: pieces) != whole {
            return "other effects in pieces"
        }
        return whole.first { $0.hasPrefix("echo") }
    }

    private static func machine(_ first: UInt8) -> VerboseMachine {
        var machine = VerboseMachine(channel: "c", messageByteCountMax: byteCountMax, pool: ChunkPool())
        let lines = first & 2 == 0
        if first & 1 == 0 { return machine }
        _ = effects(Array((lines ? "[\"peerid\",\"c\",\"n\"]\n" : "[[\"peerid\",\"c\",\"n\"],").utf8), &machine)
        if first & 4 == 0 { return machine }
        _ = effects(Array(("[\"sync\",null,null]" + (lines ? "\n" : ",")).utf8), &machine)
        return machine
    }

    private static func hear(_ input: [UInt8], _ first: UInt8, pieces: [Int]) -> [String] {
        var machine = machine(first)
        var heard: [String] = []
        var (start, index) = (0, 0)
        while start < input.count {
            let end = min(start + max(pieces.isEmpty ? 1 : pieces[index % pieces.count], 1), input.count)
            heard += effects(Array(input[start..<end]), &machine)
            start = end
            index += 1
            // Nothing more can be read.
            if heard.last == "too long" { break }
        }
        return heard
    }

    private static func effects(_ input: [UInt8], _ machine: inout VerboseMachine) -> [String] {
        input.withUnsafeBytes { bytes in
            var input = bytes
            var heard: [String] = []
            while let effect = machine.receive(&input) {
                heard.append(describe(effect))
                if case .tooLong = effect { break }
            }
            return heard
        }
    }

    private static func describe(_ effect: VerboseEffect) -> String {
        switch effect {
        case .introduced(let nodeID): return "introduced \(nodeID)"
        case .foreign(let channel): return "foreign \(channel)"
        case .synchronised(let last, let isReconnect): return "synchronised \(String(describing: last)) \(isReconnect)"
        case .message(let id, let head, let payload):
            if let violation = echo(id, Array(head) + Array(payload)) { return violation }
            return "message \(Array(head)) \(Array(payload))"
        case .acknowledged(let id): return "acknowledged \(id)"
        case .malformed(let why): return "malformed \(why)"
        case .tooLong: return "too long"
        }
    }

    /// Sends a message back and hears it. Some numbers are of another kind then: 1e3 is written as 1000. So what would
    /// be written next is compared.
    private static func echo(_ id: MessageIdentifier, _ record: [UInt8]) -> String? {
        var machine = VerboseMachine(channel: "c", messageByteCountMax: 1 << 20, pool: ChunkPool())
        _ = effects(Array("[[\"peerid\",\"c\",\"n\"],[\"sync\",null,null],".utf8), &machine)
        var output = ByteWriter(pool: ChunkPool())
        let isWritten = record.withUnsafeBytes { machine.write(message: $0, into: &output) != nil }
        guard isWritten else { return "echo is not written" }
        // Without the bracket that begins a stream: this one goes on.
        let written = Array(output.takeBytes().dropFirst())
        return written.withUnsafeBytes { bytes in
            var input = bytes
            guard case .message(let id2, let head, let payload) = machine.receive(&input) else {
                return "echo is no message: \(String(decoding: written, as: UTF8.self))"
            }
            let again = Array(head) + Array(payload)
            let isWritten = again.withUnsafeBytes { machine.write(message: $0, into: &output) != nil }
            let isSame = isWritten && id2 == id && Array(output.takeBytes().dropFirst(2)) == written
            return isSame ? nil : "echo differs: \(String(decoding: written, as: UTF8.self))"
        }
    }
}

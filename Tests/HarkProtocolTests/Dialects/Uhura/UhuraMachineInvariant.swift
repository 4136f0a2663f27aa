import HarkProtocol
import HarkWire

/// What holds for any bytes: each message is taken, passed over or refused, and it does not matter how they are cut.
/// What was taken can be written again, and reads as the same.
///
/// The first byte is the role and the state; the rest arrives. The fuzzer looks for bytes that break it.
enum UhuraMachineInvariant {
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
        for line in whole where line.hasPrefix("echo") { return line }
        return nil
    }

    private static func machine(_ first: UInt8) -> UhuraMachine {
        let role: UhuraMachine.Role = first & 1 == 0 ? .client : .server
        var machine = UhuraMachine(role: role, messageByteCountMax: byteCountMax, pool: ChunkPool())
        guard first & 2 == 0 else { return machine }
        let agreed = "{\"objectMode\":\(first & 4 == 0),\"enableAcks\":\(first & 8 == 0)}"
        _ = effects(Array("[[\"\(role == .client ? "connect" : "start")\",\(agreed)]".utf8), &machine)
        var output = ByteWriter(pool: ChunkPool())
        if role == .server, first & 16 == 0 { machine.writeConnect(id: MessageIdentifier(random: 1, 1), into: &output) }
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

    private static func effects(_ input: [UInt8], _ machine: inout UhuraMachine) -> [String] {
        input.withUnsafeBytes { bytes in
            var input = bytes
            var heard: [String] = []
            while let effect = machine.receive(&input) {
                heard.append(describe(effect, machine.settings))
                if case .tooLong = effect { break }
            }
            return heard
        }
    }

    private static func describe(_ effect: UhuraEffect, _ settings: UhuraSettings) -> String {
        switch effect {
        case .event(let name, let arguments, let id):
            if let violation = echo(name, arguments, id) { return violation }
            return "event \(Array(name)) \(Array(arguments)) \(String(describing: id))"
        case .acknowledged(let id): return "acknowledged \(id)"
        case .set(let data): return "set \(data)"
        case .started: return "started \(settings)"
        case .connected: return "connected \(settings)"
        case .invalidated(let id): return "invalidated \(String(describing: id))"
        case .ignored: return "ignored"
        case .malformed(let why): return "malformed \(why)"
        case .tooLong: return "too long"
        }
    }

    /// Sends an event back and hears it.
    private static func echo(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, _ id: MessageIdentifier?
    ) -> String? {
        var machine = UhuraMachine(role: .client, messageByteCountMax: 1 << 20, pool: ChunkPool())
        _ = effects(Array("[[\"connect\",{\"objectMode\":true,\"enableAcks\":true}]".utf8), &machine)
        var output = ByteWriter(pool: ChunkPool())
        // The next one continues the stream that is being read.
        machine.write(whole: [], into: &output)
        output.removeAll()
        machine.write(event: name, arguments, id: id, into: &output)
        let written = output.takeBytes()
        return written.withUnsafeBytes { bytes in
            var input = bytes
            guard case .event(let name2, let arguments2, let id2) = machine.receive(&input) else {
                return "echo is no event: \(String(decoding: written, as: UTF8.self))"
            }
            let isSame = name2.elementsEqual(name) && arguments2.elementsEqual(arguments) && id2 == id
            return isSame ? nil : "echo differs: \(String(decoding: written, as: UTF8.self))"
        }
    }
}

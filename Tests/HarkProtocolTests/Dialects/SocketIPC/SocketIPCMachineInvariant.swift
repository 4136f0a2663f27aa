import HarkProtocol
import HarkWire

/// What holds for any bytes: each message is taken or passed over, wherever the stream is cut, and an event that was
/// read is written as something that reads the same.
enum SocketIPCMachineInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let input = Array(bytes)
        let whole = SocketIPCReading([input])
        // Cut where the bytes themselves say, and everywhere.
        for sizes in [input.prefix(64).map { Int($0 & 31) + 1 }, [1]] where !input.isEmpty {
            let cut = SocketIPCReading(SocketIPCReading.pieces(of: input, sizes))
            guard cut.effects == whole.effects else { return "other effects in pieces" }
        }
        let endCount = zip(input, input.dropFirst()).count { $0 == 0 && $1 == 0 }
        guard whole.effects.count <= endCount + 1 else { return "more effects than ends" }
        for case .event(let topic, let arguments) in whole.effects {
            let written = SocketIPCReading.written(topic, arguments)
            let again = SocketIPCReading([written], byteCountMax: written.count)
            let expected = topic.isEmpty ? Array("none".utf8) : topic
            guard case .event(expected, let arguments)? = again.effects.first, again.effects.count == 1 else {
                return "written but not read"
            }
            guard SocketIPCReading.written(expected, arguments) == written else {
                return "reads back as something else"
            }
        }
        return nil
    }
}

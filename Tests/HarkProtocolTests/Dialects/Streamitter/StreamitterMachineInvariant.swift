import HarkProtocol
import HarkWire

/// What holds for any bytes: it does not matter how they are cut, no more is kept than the limit, and what was read is
/// read again after it was written. The fuzzer looks for bytes that break it.
enum StreamitterMachineInvariant {
    private static let limit = 256

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let input = Array(bytes)
        let whole = Transcript(input, pieces: [max(input.count, 1)], limit: limit)
        for pieces in [[1], [2, 3], input.prefix(32).map { Int($0 & 31) + 1 } + [7]] {
            let cut = Transcript(input, pieces: pieces, limit: limit)
            guard cut == whole else { return "something else in pieces" }
            // The bytes that were looked at last may be the end.
            guard cut.partByteCountMax <= limit + 32 else { return "more kept than the limit" }
        }
        // What is written may be longer: numbers and escapes have one form there.
        let again = Transcript(whole.rewritten, pieces: [max(whole.rewritten.count, 1)], limit: 16 * limit)
        guard again.events == whole.events else { return "other events after writing them" }
        guard again.rewritten == whole.rewritten else { return "written otherwise the second time" }
        return again.malformedCount + again.ignoredCount == 0 ? nil : "wrote what is no event"
    }
}

extension StreamitterMachineInvariant {
    /// What a machine finds in bytes that arrive in pieces.
    struct Transcript: Equatable {
        private(set) var events: [String] = []
        /// The same events, as they are written by another machine.
        private(set) var rewritten: [UInt8] = []
        private(set) var malformedCount = 0
        private(set) var ignoredCount = 0
        private(set) var isTooLong = false
        /// The bytes kept of a message that has not ended.
        private(set) var partByteCount: Int?
        private(set) var partByteCountMax = 0

        /// - Parameter pieces: how many bytes arrive at once, over and over.
        init(_ input: [UInt8], pieces: [Int], limit: Int = 1 << 20) {
            let pool = ChunkPool()
            var machine = StreamitterMachine(messageByteCountMax: limit, pool: pool)
            var writer = StreamitterMachine(messageByteCountMax: limit, pool: pool)
            var output = ByteWriter(pool: pool)
            var start = 0
            var index = 0
            while start < input.count {
                let end = min(start + max(pieces[index % pieces.count], 1), input.count)
                Array(input[start..<end]).withUnsafeBytes { bytes in
                    var rest = bytes
                    while let effect = machine.receive(&rest) { take(effect, &writer, &output) }
                }
                partByteCountMax = max(partByteCountMax, machine.partByteCount ?? 0)
                start = end
                index += 1
            }
            partByteCount = machine.partByteCount
            rewritten = output.takeBytes()
        }

        private mutating func take(
            _ effect: StreamitterMachine.Effect, _ writer: inout StreamitterMachine, _ output: inout ByteWriter
        ) {
            switch effect {
            case .event(let name, let arguments):
                var reader = CBORReader(arguments)
                var values: [String] = []
                while !reader.isAtEnd, let value = try? reader.readValue() { values.append("\(value)") }
                events.append("\(String(decoding: name, as: UTF8.self))(\(values.joined(separator: ", ")))")
                writer.write(name, arguments, into: &output)
            case .ignored: ignoredCount += 1
            case .malformed: malformedCount += 1
            case .tooLong: isTooLong = true
            }
        }

        /// How much was kept meanwhile depends on the pieces.
        static func == (one: Transcript, other: Transcript) -> Bool {
            one.events == other.events && one.rewritten == other.rewritten && one.malformedCount == other.malformedCount
                && one.ignoredCount == other.ignoredCount && one.isTooLong == other.isTooLong
                && one.partByteCount == other.partByteCount
        }
    }
}

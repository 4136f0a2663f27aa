import HarkProtocol
import HarkWire
import Testing

@Suite struct MeshMessageTests {
    private static let name = Value.bytes(Bytes([0, 97]))

    /// One of each kind, as it travels.
    private static let values: [[Value]] = [
        [0, 1, "c", "n1", -1],
        [1, 7, "n1", 5],
        [2, 7, 1, [1, 2], 8, -1, []],
        [2],
        [3, 7, name],
        [4, 1, [0, nil, 1, 5, 2, -1], [name, 1]],
        [4, 1, [], []],
        [5, 1, 2, 3, 4],
        [6, [1, 2], [name, -1, .bytes(Bytes([1, 42])), 2], 10_000],
        [7, 1, 2, 3],
        [8, 1, 5],
        [9, 1, 2, 3, [0, "anything"]],
        [10, 1, 2],
        [11, 1, 2],
    ]

    @Test func `each kind is read and written back`() throws {
        for value in Self.values {
            let message = try MeshMessage(.array(value))
            #expect(message.value == .array(value))
        }
    }

    @Test func `numbers have all of their 64 bits`() throws {
        let identity = MeshIdentity(id: "n", incarnation: .max)
        let message = MeshMessage.hello(version: 1, channel: "", identity: identity)
        #expect(try MeshMessage(message.value) == message)
        let begin = MeshMessage.begin(node: 0, serial: 1 << 63, next: .max, lostCount: 0)
        #expect(try MeshMessage(begin.value) == begin)
    }

    @Test func `what ends early or goes on is refused`() {
        for value in Self.values {
            // Lists end anywhere, in front of what belongs together.
            let isList = value[0] == 2 || value[0] == 7
            for count in 0..<value.count where !isList {
                #expect(throws: MeshViolation.self, "\(value) cut to \(count)") {
                    try MeshMessage(.array(Array(value.prefix(count))))
                }
            }
            guard !isList else { continue }
            #expect(throws: MeshViolation.self) { try MeshMessage(.array(value + [0])) }
        }
        #expect(throws: MeshViolation.self) { try MeshMessage([2, 7]) }
        #expect(throws: MeshViolation.self) { try MeshMessage([2, 7, 1]) }
    }

    @Test func `a field of another kind is refused`() {
        let others: [Value] = [nil, true, 1.5, "", .bytes(Bytes([9])), [[]], .object([:]), .int(.min), .int(.max)]
        var refusedCount = 0
        for value in Self.values {
            for index in value.indices {
                for other in others {
                    var changed = value
                    changed[index] = other
                    // Whatever is taken is written as it was read.
                    guard let message = try? MeshMessage(.array(changed)) else {
                        refusedCount += 1
                        continue
                    }
                    #expect(message.value == .array(changed))
                }
            }
        }
        #expect(refusedCount > 300)
    }

    @Test func `ids are short and not empty, counts are not absurd`() {
        let long = Value.string(String(repeating: "x", count: MeshIdentity.idByteCountMax + 1))
        let absurd: [[Value]] = [
            [0, 1, "c", "", 1], [0, 1, "c", long, 1], [0, 1, long, "n", 1], [0, -1, "c", "n", 1],
            [1, .int(Int64(Int32.max) + 1), "n", 1], [4, 1, [], [Self.name, .int(Int64(Int32.max) + 1)]],
            [6, [0], [Self.name, .int(-Int64(Int32.max) - 1)], 0], [6, [-1], [], 0], [10], [-1], [.int(.max)],
        ]
        for value in absurd {
            #expect(throws: MeshViolation.self, "\(value)") { try MeshMessage(.array(value)) }
        }
        for value: Value in [nil, 1, "hello", .object([:]), []] {
            #expect(throws: MeshViolation.self) { try MeshMessage(value) }
        }
    }
}

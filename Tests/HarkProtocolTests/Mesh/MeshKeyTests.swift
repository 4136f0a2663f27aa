import HarkProtocol
import Testing

@Suite struct MeshKeyTests {
    private static let kinds: [(MeshKey.Kind, Int)] = [
        (.name, 1), (.pattern, 1), (.room, 1), (.responder, 2), (.member, 3),
    ]

    private static func key(_ kind: MeshKey.Kind, _ fields: [[UInt8]]) -> MeshKey {
        switch fields.count {
        case 1: MeshKey(kind, fields[0])
        case 2: MeshKey(kind, fields[0], fields[1])
        default: MeshKey(kind, fields[0], fields[1], fields[2])
        }
    }

    @Test func `the fields of a key are read back`() {
        var random = Seeded(1)
        for _ in 0..<2_000 {
            guard let (kind, count) = Self.kinds.randomElement(using: &random) else { continue }
            let fields = (0..<count).map { _ in
                (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let key = Self.key(kind, fields)
            #expect(key.kind == kind && key.fields(count) == fields && key.text == fields[0])
            #expect(MeshKey(bytes: key.bytes) == key)
        }
    }

    @Test func `a key that is cut off is none, or another one that is whole`() {
        let key = MeshKey(.member, Array("job".utf8), Array("workers".utf8), Array("n1".utf8))
        for count in 0..<key.bytes.count {
            let cut = MeshKey(bytes: Array(key.bytes.prefix(count)))
            // The last field ends where the key does.
            #expect((cut == nil) == (count < 1 + 2 + 3 + 2 + 7), "\(count)")
        }
    }

    @Test func `what no kind begins is none, and so is what is too long`() {
        for first in UInt8.min...255 {
            let key = MeshKey(bytes: [first, 0, 0, 0, 0])
            #expect((key != nil) == (first <= 4))
        }
        #expect(MeshKey(bytes: []) == nil)
        #expect(MeshKey(bytes: [UInt8](repeating: 0, count: MeshKey.byteCountMax)) != nil)
        #expect(MeshKey(bytes: [UInt8](repeating: 0, count: MeshKey.byteCountMax + 1)) == nil)
    }

    @Test func `keys of other kinds are others, and some are of no event`() {
        let keys = [MeshKey.Kind.name, .pattern, .room].map { MeshKey($0, Array("a".utf8)) }
        #expect(Set(keys).count == 3)
        #expect(keys.map(\.isOfEvents) == [true, false, true])
        #expect(!MeshKey(.responder, [1], [2]).isOfEvents && MeshKey(.member, [1], [2], [3]).isOfEvents)
    }
}

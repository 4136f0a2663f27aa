import HarkProtocol
import Testing

@Suite struct MeshInterestTests {
    private static func name(_ text: String) -> MeshKey { MeshKey(.name, Array(text.utf8)) }
    private static func pattern(_ text: String) -> MeshKey { MeshKey(.pattern, Array(text.utf8)) }

    @Test func `what is added and taken away again is gone`() {
        var random = Seeded(2)
        let keys = ["a", "b", "a.b"].map(Self.name) + ["*", "a.>", "a.b"].map(Self.pattern)
        for _ in 0..<200 {
            var interest = MeshInterest()
            var counts: [MeshKey: Int] = [:]
            for _ in 0..<20 {
                guard let key = keys.randomElement(using: &random) else { continue }
                let count = Int.random(in: -2...3, using: &random)
                interest.add(key, count)
                let sum = (counts[key] ?? 0) + count
                counts[key] = sum > 0 ? sum : nil
            }
            #expect(interest.counts == counts)
            #expect(interest == MeshInterest(counts.map { ($0.key, $0.value) }))
            #expect(interest.byteCount >= counts.keys.reduce(0) { $0 + $1.bytes.count })
            for (key, count) in counts { interest.add(key, -count) }
            #expect(interest.isEmpty && interest == MeshInterest() && interest.byteCount == 0)
        }
    }

    @Test func `a name is wanted by itself or by a pattern, and nothing else is`() {
        var interest = MeshInterest([(Self.name("a"), 2), (Self.pattern("a.*"), 3), (Self.pattern(">"), 1)])
        #expect(interest.subscriberCount(of: Self.name("a")) == 3)
        #expect(interest.subscriberCount(of: Self.name("a.b")) == 4)
        #expect(interest.matches(Self.name("c.d")))
        interest.add(Self.pattern(">"), -1)
        #expect(!interest.matches(Self.name("c.d")) && interest.matches(Self.name("a.d")))
        // A room that is called like a name is a room.
        #expect(!interest.matches(MeshKey(.room, Array("a.b".utf8))))
        #expect(interest.subscriberCount(of: MeshKey(.room, Array("a".utf8))) == 0)
    }

    @Test func `absurd counts do not add up to anything`() {
        var interest = MeshInterest()
        interest.add(Self.name("a"), .max)
        interest.add(Self.name("a"), .max)
        #expect(interest.isEmpty)
        interest.add(Self.name("a"), .min)
        #expect(interest.isEmpty && interest.byteCount == 0)
        var other = MeshInterest([(Self.name("a"), .max), (Self.pattern("*"), .max)])
        _ = other.subscriberCount(of: Self.name("a"))
        other.add(other)
        #expect(other.isEmpty)
    }
}

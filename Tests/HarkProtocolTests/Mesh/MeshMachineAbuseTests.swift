import HarkProtocol
import HarkWire
import Testing

/// What a neighbour says may be anything. It is refused with a reason, or passed over; the node lives on.
@Suite struct MeshMachineAbuseTests {
    private static let name = MeshKey(.name, [97])

    /// Anything, and often something that looks like a message.
    private static func value(_ random: inout Seeded, depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth > 3 ? 7 : 11), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .int(.random(in: -2...12, using: &random))
        case 3: .int([.max, .min, 1 << 31, 1 << 32, -1 << 31, 9_999].randomElement(using: &random) ?? 0)
        case 4: .double(.random(in: -2...12, using: &random))
        case 5: .string(["", "n0", "n1", "n2", "c", "__proto__"].randomElement(using: &random) ?? "")
        case 6:
            .bytes(Bytes((0..<Int.random(in: 0..<9, using: &random)).map { _ in .random(in: 0..<9, using: &random) }))
        case 7: .object(["a": value(&random, depth: depth + 1)])
        default: .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(&random, depth: depth + 1) })
        }
    }

    @Test func `any values are taken, passed over or refused`() throws {
        for seed in 0..<Sweep.count(200, full: 2_000, soak: 100_000) {
            var random = Seeded(seed)
            let stranger = MeshStranger()
            stranger.machine.want(Self.name, 1)
            var link = try stranger.connect("n1")
            for _ in 0..<100 {
                let kind = Value.int(.random(in: 0..<13, using: &random))
                let fields = (0..<Int.random(in: 0..<7, using: &random)).map { _ in Self.value(&random, depth: 2) }
                let value = Bool.random(using: &random) ? .array([kind] + fields) : Self.value(&random)
                do { try stranger.say(value, link) } catch {
                    stranger.disconnect(link)
                    link = try stranger.connect("n1")
                }
            }
            #expect(stranger.ids.contains("n1"), "seed \(seed)")
        }
    }

    @Test func `events that end anywhere or are anything are passed over or refused`() throws {
        let stranger = MeshStranger()
        stranger.machine.want(Self.name, 1)
        var link = try stranger.connect("n1")
        let whole: [UInt8] = [0, 5, 0, 0, 2, 0, 97, 0, 1, 2, 3]
        func greet() throws {
            link = try stranger.connect("n1")
            try stranger.begin(over: link)
        }
        try stranger.begin(over: link)
        for count in 0..<7 {
            #expect(throws: MeshViolation.self) { _ = try stranger.event(Array(whole.prefix(count)), over: link) }
        }
        #expect(try stranger.event(whole, over: link)?.isLocal == true)
        var random = Seeded(1)
        for _ in 0..<Sweep.count(20_000, full: 200_000, soak: 10_000_000) {
            var bytes = whole
            if Bool.random(using: &random) {
                bytes = (0..<Int.random(in: 0..<30, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            }
            for _ in 0..<3 {
                guard let index = bytes.indices.randomElement(using: &random) else { break }
                bytes[index] = .random(in: 0...255, using: &random)
            }
            do { _ = try stranger.event(bytes, over: link) } catch {
                stranger.disconnect(link)
                try greet()
            }
        }
        #expect(stranger.ids == ["n1"])
    }

    @Test func `the largest numbers are refused`() throws {
        let stranger = MeshStranger()
        stranger.machine.want(Self.name, 1)
        let link = try stranger.connect("n1")
        #expect(throws: MeshViolation.self) { try stranger.begin(at: .max, over: link) }
        try stranger.begin(at: .max - 1, over: link)
        #expect(throws: MeshViolation.self) { _ = try stranger.event(0, .max, over: link) }
        #expect(try stranger.event(0, .max - 1, over: link)?.isLocal == true)
        #expect(try stranger.event(0, .max - 1, over: link) == nil)
        #expect(throws: MeshViolation.self) { _ = try stranger.event(.max, 0, over: link) }
        #expect(throws: MeshViolation.self) { _ = try stranger.event(0, 0, key: .max, [], over: link) }
        #expect(throws: MeshViolation.self) {
            _ = try stranger.event(0, 0, [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], over: link)
        }
        #expect(throws: MeshViolation.self) { _ = try stranger.event(0, 0, hops: 255, over: link) }
        // Of a key that nothing is ever routed by.
        #expect(throws: MeshViolation.self) { _ = try stranger.event(0, 0, [2, 1, 97], over: link) }
        #expect(throws: MeshViolation.self) { try stranger.say([3, 0, .bytes(Bytes([1, 97]))], link) }
        try stranger.say([4, -1, [1, -1], [.bytes(Bytes([0, 98])), .int(Int64(Int32.max))]], link)
        try stranger.say([2, 0, -1, [1]], link)
        try stranger.say([8, 0, -1], link)
        #expect(stranger.machine.subscriberCount(of: MeshKey(.name, [98])) == Int(Int32.max))
        try stranger.say([6, [1, 1, 1], [.bytes(Bytes([0, 98])), .int(-Int64(Int32.max))], -1], link)
        #expect(stranger.machine.subscriberCount(of: MeshKey(.name, [98])) == 0)
    }

    @Test func `who does not greet as a node of this mesh is refused`() throws {
        let stranger = MeshStranger()
        let link = stranger.connect()
        // What comes before it means nothing.
        for kind in 1..<12 { try? stranger.say([.int(Int64(kind)), 1, 2, 3, 4], link) }
        #expect(try stranger.event(0, 0, over: link) == nil)
        let hellos: [(Value, MeshViolation)] = [
            ([0, 2, "c", "n1", 1], .version(2)), ([0, 1, "d", "n1", 1], .channel("d")),
            ([0, 1, "c", "n0", 9], .duplicate("n0")), ([0, 1, "c", "", 1], .malformed("an empty id")),
        ]
        for (hello, violation) in hellos {
            #expect(throws: violation) { try stranger.say(hello, link) }
            #expect(!violation.description.isEmpty)
        }
        try stranger.say([0, 1, "c", "__proto__", 1], link)
        #expect(stranger.ids == ["__proto__"])
        #expect(throws: MeshViolation.malformed("a second hello")) { try stranger.say([0, 1, "c", "n1", 1], link) }
        let other = stranger.connect()
        #expect(throws: MeshViolation.duplicate("__proto__")) { try stranger.say([0, 1, "c", "__proto__", 0], other) }
        try stranger.say([0, 1, "c", "__proto__", 2], other)
        #expect(stranger.refusals == [.duplicate("__proto__")] && stranger.ids == ["__proto__"])
    }

    @Test func `names beyond those that a neighbour may ask for are passed over, and told of once`() throws {
        let stranger = MeshStranger { $0.interestCountMax = 100 }
        let link = try stranger.connect("n1")
        func names(_ range: Range<Int>) -> Value {
            .array(range.flatMap { [.bytes(Bytes([0, UInt8($0)])), 1] })
        }
        func askedCount() -> Int {
            (0..<255).reduce(0) { $0 + stranger.machine.subscriberCount(of: MeshKey(.name, [UInt8($1)])) }
        }
        try stranger.say([4, 1, [1, nil], names(0..<100)], link)
        #expect(askedCount() == 100 && stranger.errors.isEmpty)
        try stranger.say([4, 2, [1, nil], names(0..<101)], link)
        #expect(askedCount() == 100 && stranger.errors.count == 1)
        try stranger.say([4, 3, [], names(0..<90)], link)
        try stranger.say([4, 3, [], names(80..<150)], link)
        try stranger.say([4, 3, [1, nil], names(0..<1)], link)
        // Ten of them are asked for twice, and the first one as well.
        #expect(askedCount() == 100 + 10 + 1)
        try stranger.say([4, 4, [1, nil], names(0..<60)], link)
        try stranger.say([6, [1], names(0..<200), 0], link)
        #expect(askedCount() == 100 + 60)
        // There is room again.
        try stranger.say([6, [1], [.bytes(Bytes([0, 0])), -2], 0], link)
        try stranger.say([6, [1], names(200..<202), 0], link)
        #expect(askedCount() == 100 + 59)
        #expect(stranger.errors.count == 1 && stranger.ids == ["n1"])
    }

    @Test func `the same of so many nodes that it needs too much memory is passed over`() throws {
        let stranger = MeshStranger { $0.interestByteCountMax = 10_000 }
        let link = try stranger.connect("n1")
        try stranger.tell((2..<50).map { ($0, "x\($0)", []) }, link)
        let nodes = Value.array((1..<50).flatMap { [.int(Int64($0)), nil] })
        let key = Value.bytes(Bytes([0] + [UInt8](repeating: 97, count: 250)))
        try stranger.say([4, 1, nodes, [key, 1]], link)
        #expect(stranger.errors.count == 1 && stranger.ids == ["n1"])
    }

    @Test func `who names more nodes than there may be is told of once, and leaves room when it goes`() throws {
        let stranger = MeshStranger { $0.nodeCountMax = 20 }
        let flooding = try stranger.connect("n1")
        #expect(throws: MeshViolation.self) { try stranger.tell([(21, "x", [])], flooding) }
        for number in 0..<1_000 { try stranger.tell([(2 + number % 10, "x\(number)", [])], flooding) }
        #expect(stranger.errors.count == 1)
        let refused = stranger.connect()
        #expect(throws: MeshViolation.self) { try stranger.say([0, 1, "c", "n2", 1], refused) }
        stranger.disconnect(flooding)
        _ = try stranger.connect("n2")
        #expect(stranger.ids == ["n2"])
    }

    @Test func `who tells of more connections than there may be leaves room for others`() throws {
        let stranger = MeshStranger { $0.connectionCountMax = 30 }
        let flooding = try stranger.connect("n1")
        // The same one over and over is one.
        try stranger.tell([(2, "x", [Int](repeating: 0, count: 1_000))], flooding)
        #expect(throws: MeshViolation.self) {
            try stranger.tell((10..<20).map { ($0, "x\($0)", Array(10..<20)) }, flooding)
        }
        stranger.disconnect(flooding)
        let link = try stranger.connect("n2")
        try stranger.tell([(0, "n2", [1, 2]), (2, "n3", [0])], link)
        #expect(stranger.ids == ["n2", "n3"])
    }

    @Test func `who uses up all keys leaves some, and its own events pass`() throws {
        let stranger = MeshStranger()
        stranger.machine.want(MeshKey(.pattern, Array("x.*".utf8)), 1)
        let link = try stranger.connect("n1")
        try stranger.begin(over: link)
        for number in 0..<MeshKeys.countMax {
            let key = MeshKey(.name, Array("x.\(number)".utf8))
            try stranger.say([3, .int(Int64(number)), .bytes(Bytes(key.bytes))], link)
        }
        #expect(throws: MeshViolation.self) {
            try stranger.say([3, .int(Int64(MeshKeys.countMax)), .bytes(Bytes([0, 97]))], link)
        }
        #expect(try stranger.event(0, 0, key: 1, [], over: link)?.isLocal == true)
        #expect(try stranger.event(0, 1, key: UInt64(MeshKeys.countMax), [], over: link)?.isLocal == true)
        #expect(stranger.machine.number(of: MeshKey(.name, Array("mine".utf8))) != nil)
    }

    @Test func `an event on a longer way than there should be waits for another one`() throws {
        let stranger = MeshStranger { $0.hopLimit = 2 }
        stranger.machine.want(Self.name, 1)
        let link = try stranger.connect("n1")
        try stranger.tell([(0, "n1", [1, 2]), (2, "n2", [0])], link)
        try stranger.begin(2, over: link)
        #expect(try stranger.event(2, 0, hops: 2, over: link)?.isLocal == true)
        #expect(try stranger.event(2, 1, hops: 3, over: link) == nil)
        #expect(stranger.said[link]?.contains(.leave(nodes: [2])) == true)
        #expect(try stranger.event(2, 2, hops: 1, over: link) == nil)
        // Something is different: it is asked for again, from where it had come to.
        try stranger.tell([(3, "n3", [0])], link)
        try stranger.begin(2, at: 1, over: link)
        #expect(try stranger.event(2, 1, hops: 1, over: link)?.isLocal == true)
    }
}

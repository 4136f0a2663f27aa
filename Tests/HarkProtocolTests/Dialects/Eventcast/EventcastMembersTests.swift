import HarkProtocol
import HarkWire
import Testing

struct EventcastMembersTests {
    private func hear(
        _ members: inout EventcastMembers, _ id: String, _ hostname: String = "vm", from host: UInt32 = 1,
        at now: UInt64 = 0
    ) throws -> (String, GroupMember) {
        var reading = EventcastReading()
        reading.texts?[2] = hostname
        reading.texts?[3] = id
        return try reading.withOrigin { origin in
            let hearing = members.hear(
                try #require(origin), from: DatagramAddress(ipv4: host, port: 1), now: Instant(milliseconds: now))
            switch hearing {
            case .known(let member): return ("known", member)
            case .joined(let member): return ("joined", member)
            case .overLimit(let member): return ("over limit", member)
            }
        }
    }

    @Test func `a member is one by its id, its address and its host's name`() throws {
        var members = EventcastMembers(countMax: 10)
        let first = try hear(&members, "a")
        let again = try hear(&members, "a")
        #expect(first.0 == "joined" && again.0 == "known" && first.1 === again.1)
        for (id, hostname, host) in [("b", "vm", 1), ("a", "other", 1), ("a", "vm", 2), ("av", "m", 1)]
            as [(_, _, UInt32)]
        {
            let heard = try hear(&members, id, hostname, from: host)
            #expect(heard.0 == "joined" && heard.1.id == id && heard.1.hostname == hostname)
        }
        #expect(members.all.count == 5)
    }

    @Test func `who is silent is taken out, and nobody before`() throws {
        var members = EventcastMembers(countMax: 10)
        #expect(members.deadline == nil)
        _ = try hear(&members, "a", at: 0)
        _ = try hear(&members, "b", at: 10)
        _ = try hear(&members, "a", at: 20)
        #expect(members.deadline == Instant(milliseconds: 60_000))
        let silent = [60_009, 60_010, 60_019, 60_020].map {
            members.removeSilent(now: Instant(milliseconds: $0)).map(\.id)
        }
        #expect(silent == [[], ["b"], [], ["a"]] && members.deadline == nil)
    }

    @Test func `there is a limit, and those beyond it are not kept`() throws {
        var members = EventcastMembers(countMax: 1)
        _ = try hear(&members, "a")
        let heard = [try hear(&members, "b").0, try hear(&members, "b").0, try hear(&members, "a").0]
        #expect(heard == ["over limit", "over limit", "known"])
        members.removeAll()
        #expect(members.all.isEmpty && members.deadline == nil)
    }
}

import HarkProtocol
import Testing

struct EventcastRecentTests {
    @Test func `what was here is known, until others take its place`() {
        var recent = EventcastRecent()
        let one = EventcastDigest(random: 1, 2, 3)
        #expect(!recent.contains(one))
        recent.insert(one)
        #expect(recent.contains(one))
        #expect(!recent.contains(EventcastDigest(random: 2, 2, 3)))
        recent.insert(EventcastDigest(random: 1, 2, 3 + 4_095))
        #expect(recent.contains(one))
        recent.insert(EventcastDigest(random: 1, 2, 3 + 4_096))
        #expect(!recent.contains(one))
        recent.removeAll()
        #expect(!recent.contains(EventcastDigest(random: 1, 2, 3 + 4_096)))
    }
}

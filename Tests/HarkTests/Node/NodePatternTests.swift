import Hark
import HarkProtocol
import HarkTesting
import Testing

/// What travels and what is heard is decided in two places: patterns mean the same in both.
@EventLoop
@Suite struct NodePatternTests {
    @Test func `what a mesh passes on for a pattern is what its listeners hear`() async throws {
        var random = SeededRandom(seed: 1)
        let emitter = Server()
        func tokens(_ words: [String]) -> String {
            (0..<Int.random(in: 1...4, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: ".")
        }
        for _ in 0..<2_000 {
            let pattern = tokens(["a", "b", "*", ">"])
            var heard: Set<String> = []
            // One that makes no sense cannot be listened to.
            guard
                let subscription = try? emitter.on(
                    matching: pattern, { (event: Event) in heard.insert(event.name) })
            else { continue }
            let parts = SubjectPattern(Array(pattern.utf8))
            for _ in 0..<5 {
                let name = tokens(["a", "b", "c", ""])
                heard = []
                emitter.localEmit(name)
                #expect(heard.contains(name) == parts.matches(Array(name.utf8)), "\(pattern) and \(name)")
            }
            subscription.cancel()
        }
        await emitter.close()
    }
}

import HarkProtocol
import Testing

@Suite struct MeshSearchTests {
    /// Who says to be connected to whom.
    private struct Graph {
        var claims: [Set<Int>]

        init(_ random: inout Seeded) {
            let count = Int.random(in: 1...40, using: &random)
            claims = [Set<Int>](repeating: [], count: count)
            for _ in 0..<Int.random(in: 0...2 * count, using: &random) {
                let (a, b) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
                guard a != b else { continue }
                claims[a].insert(b)
                // Now and then only one of the two does.
                if Int.random(in: 0..<5, using: &random) > 0 { claims[b].insert(a) }
            }
        }

        func isEdge(_ a: Int, _ b: Int) -> Bool { claims[a].contains(b) && claims[b].contains(a) }

        func distances(from start: Int, without hidden: Int? = nil) -> [Int?] {
            var distances = [Int?](repeating: nil, count: claims.count)
            distances[start] = 0
            var queue = [start]
            while let node = queue.first {
                queue.removeFirst()
                for next in claims[node].sorted() where isEdge(node, next) && distances[next] == nil && next != hidden {
                    distances[next] = (distances[node] ?? 0) + 1
                    queue.append(next)
                }
            }
            return distances
        }
    }

    @Test func `it finds the shortest ways of random graphs, and every connection they may begin with`() {
        var random = Seeded(5)
        for seed in 0..<1_000 {
            let graph = Graph(&random)
            let neighbours = graph.claims[0].sorted().filter { graph.isEdge(0, $0) }
            // Some have two connections; numbers are in no order.
            let ends = (neighbours + neighbours.filter { $0 % 3 == 0 }).shuffled(using: &random)
            var search = MeshSearch(nodeCount: graph.claims.count, ends.indices.map { $0 * 7 })
            for (place, end) in ends.enumerated() { search.begin(end, place) }
            search.run({ graph.claims[$0].sorted() }, both: { graph.claims[$1].contains($0) })
            let expected = graph.distances(from: 0)
            for node in graph.claims.indices {
                #expect(search.distance(node) == expected[node], "graph \(seed): \(node)")
                guard node > 0, let distance = expected[node] else { continue }
                let links = ends.indices.filter { graph.distances(from: ends[$0], without: 0)[node] == distance - 1 }
                for link in links { #expect(search.link(node, preferring: link * 7) == link * 7) }
                #expect(search.link(node, preferring: nil) == links.first.map { $0 * 7 })
                #expect(search.link(node, preferring: 1) == links.first.map { $0 * 7 })
            }
        }
    }

    @Test func `a hundred connections to one node are told apart`() {
        var search = MeshSearch(nodeCount: 3, Array(0..<100))
        for place in 0..<100 { search.begin(1, place) }
        search.run({ [[1], [0, 2], [1]][$0] }, both: { _, _ in true })
        #expect(search.distance(2) == 2)
        for link in 0..<100 { #expect(search.link(2, preferring: link) == link) }
    }
}

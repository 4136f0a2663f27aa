/// The shortest ways from one node to all others, breadth first, and over which connections each of them may begin.
package struct MeshSearch {
    package let links: [Int]
    private let wordCount: Int
    private var distances: [Int32]
    /// For each node, a bit for each of `links`.
    private var firsts: [UInt64]
    private var reached: [Int] = []

    package init(nodeCount: Int, _ links: [Int]) {
        self.links = links
        wordCount = (links.count + 63) / 64
        distances = [Int32](repeating: -1, count: nodeCount)
        firsts = [UInt64](repeating: 0, count: nodeCount * wordCount)
        if nodeCount > 0 { distances[0] = 0 }
    }

    /// A neighbour, at the other end of the connection at this place of `links`.
    package mutating func begin(_ node: Int, _ place: Int) {
        if distances[node] < 0 {
            distances[node] = 1
            reached.append(node)
        }
        firsts[node * wordCount + place / 64] |= 1 << UInt64(place % 64)
    }

    /// - Parameters:
    ///   - neighbours: of a node, as it says.
    ///   - both: whether the second of two nodes, which the first one calls its neighbour, says so too.
    package mutating func run(_ neighbours: (Int) -> [Int], both: (Int, Int) -> Bool) {
        var index = 0
        while index < reached.count {
            let node = reached[index]
            index += 1
            let distance = distances[node]
            for next in neighbours(node) where distances[next] < 0 || distances[next] == distance + 1 {
                guard both(node, next) else { continue }
                if distances[next] < 0 {
                    distances[next] = distance + 1
                    reached.append(next)
                }
                for word in 0..<wordCount { firsts[next * wordCount + word] |= firsts[node * wordCount + word] }
            }
        }
    }

    /// How many connections lie between; nil where there is no way.
    package func distance(_ node: Int) -> Int? { distances[node] < 0 ? nil : Int(distances[node]) }

    /// The connection to go by; `preferred` if that is as short as any.
    package func link(_ node: Int, preferring preferred: Int?) -> Int? {
        var first: Int?
        for (place, link) in links.enumerated() {
            guard firsts[node * wordCount + place / 64] & (1 << UInt64(place % 64)) != 0 else { continue }
            if link == preferred { return link }
            first = first ?? link
        }
        return first
    }
}

/// A connection to another node, and what was said over it.
final class MeshNeighbour {
    /// Who that is, once it has said so.
    var identity: MeshIdentity?
    /// Its numbers of nodes, by ours: what they are here. -1 where it has told none.
    private var nodes: [Int32] = []
    private var keys: [Int32] = []
    /// Its keys that have no number here, because too many have one.
    private var unnumbered: [Int: MeshKey] = [:]
    /// Which version of nodes' connections it knows, by our numbers; 0 for none.
    private var versions: [UInt64] = []
    /// Whether it was told what our number of a node stands for.
    private var toldNodes: [Bool] = []
    @exclusivity(unchecked) private var toldKeys: [Bool] = []
    /// What it asks for, over all nodes.
    var interestByteCount = 0
    /// The first parts of what it asks for with its next pull.
    var announced = MeshInterest()
    /// Whether it has named more nodes than there may be, and asked for more than it may: each is told once.
    var isOverLimit = false
    var hasSurplus = false

    /// Stands for no key, and for one without a number here.
    private static let nothing: Int32 = -1
    private static let none: Int32 = -2

    // MARK: Its numbers

    @inline(__always)
    func node(_ number: Int) -> Int? {
        guard number < nodes.count, nodes[number] >= 0 else { return nil }
        return Int(nodes[number])
    }

    func set(node number: Int, to node: Int?) {
        while nodes.count <= number { nodes.append(-1) }
        nodes[number] = node.map { Int32($0) } ?? -1
    }

    /// What a number of a key stands for: our number of it, or the key itself where that has none.
    @inline(__always)
    func key(_ number: Int) -> (number: Int?, key: MeshKey?)? {
        guard number < keys.count, keys[number] != Self.nothing else { return nil }
        return keys[number] >= 0 ? (Int(keys[number]), nil) : (nil, unnumbered[number])
    }

    func set(key number: Int, to ours: Int?, _ key: MeshKey) {
        while keys.count <= number { keys.append(Self.nothing) }
        keys[number] = ours.map { Int32($0) } ?? Self.none
        unnumbered[number] = ours == nil ? key : nil
    }

    /// Our numbers of all nodes that it has named.
    var namedNodes: [Int] { nodes.compactMap { $0 < 0 ? nil : Int($0) } }

    // MARK: What it was told

    func version(_ node: Int) -> UInt64 { node < versions.count ? versions[node] : 0 }

    /// It knows this version, or a later one.
    func set(version: UInt64, of node: Int) {
        while versions.count <= node { versions.append(0) }
        versions[node] = max(versions[node], version)
    }

    func isTold(node: Int) -> Bool { node < toldNodes.count && toldNodes[node] }

    func tell(node: Int) {
        while toldNodes.count <= node { toldNodes.append(false) }
        toldNodes[node] = true
    }

    func isTold(key: Int) -> Bool { key < toldKeys.count && toldKeys[key] }

    func tell(key: Int) {
        while toldKeys.count <= key { toldKeys.append(false) }
        toldKeys[key] = true
    }

    /// It may not know any more what it was told of a node.
    func forgetTelling(_ node: Int) {
        if node < versions.count { versions[node] = 0 }
        if node < toldNodes.count { toldNodes[node] = false }
    }

    /// The number stands for nobody any more.
    func forget(_ node: Int) {
        forgetTelling(node)
        for index in nodes.indices where nodes[index] == Int32(node) { nodes[index] = -1 }
    }
}

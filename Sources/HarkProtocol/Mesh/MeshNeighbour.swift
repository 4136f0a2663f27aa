/// A connection to another node, and what was said over it.
final class MeshNeighbour {
    /// Who that is, once it has said so.
    var identity: MeshIdentity?
    /// Its numbers of nodes, by ours: what they are here. -1 where it has told none.
    private var nodes: [Int32] = []
    private var keys: [Int32] = []
    /// Which version of nodes' connections it knows, by our numbers; 0 for none.
    private var versions: [UInt64] = []
    /// Whether it was told what our number of a node stands for.
    private var toldNodes: [Bool] = []
    private var toldKeys: [Bool] = []
    /// How many keys it asks for, over all nodes.
    var interestCount = 0

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

    @inline(__always)
    func key(_ number: Int) -> Int? {
        guard number < keys.count, keys[number] >= 0 else { return nil }
        return Int(keys[number])
    }

    func set(key number: Int, to key: Int?) {
        while keys.count <= number { keys.append(-1) }
        keys[number] = key.map { Int32($0) } ?? -1
    }

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

    /// The number stands for nobody any more.
    func forget(_ node: Int) {
        if node < versions.count { versions[node] = 0 }
        if node < toldNodes.count { toldNodes[node] = false }
        for index in nodes.indices where nodes[index] == Int32(node) { nodes[index] = -1 }
    }
}

/// Nodes by the connection over which something is said of them, so that it is said with one message each.
struct MeshBatches<Element> {
    private(set) var batches: [(link: Int, elements: [Element])] = []

    mutating func add(_ element: Element, to link: Int) {
        guard let index = batches.firstIndex(where: { $0.link == link }) else {
            return batches.append((link, [element]))
        }
        batches[index].elements.append(element)
    }
}

internal import HarkProtocol

/// What a node knows of the others.
extension MeshEngine {
    func subscriberCount(of name: String) -> Int {
        machine.subscriberCount(of: MeshKey(.name, Array(name.utf8)))
    }

    var nodes: [(id: String, distance: Int)] { machine.nodes.map { ($0.identity.id, $0.distance) } }

    /// The nodes that answer requests of this name.
    func responders(of name: String) -> [MeshIdentity] {
        let ids = machine.keys(of: .responder).compactMap { key -> String? in
            guard let fields = key.fields(2), fields[0] == Array(name.utf8) else { return nil }
            return String(decoding: fields[1], as: UTF8.self)
        }
        return machine.nodes.lazy.map(\.identity).filter { ids.contains($0.id) }
    }

    var identities: [MeshIdentity] { machine.nodes.map(\.identity) }

    func identities(of id: String) -> [MeshIdentity] { identities.filter { $0.id == id } }
}

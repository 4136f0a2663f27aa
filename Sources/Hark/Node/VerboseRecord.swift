internal import HarkWire

/// What goes ahead of an event's arguments on its way to a verbose gateway.
struct VerboseRecord {
    /// The name of all events of the connection, which is the wire's own word.
    static let name = "message"

    let id: String
    /// Those who have it, or are getting it.
    var nodes: [String]
    let name: String

    init(id: String, nodes: [String], name: String) {
        self.id = id
        self.nodes = nodes
        self.name = name
    }

    init(reading reader: inout ArgumentReader) throws {
        id = try String(reading: &reader)
        nodes = try [String](reading: &reader)
        name = try String(reading: &reader)
    }

    func write(to writer: inout ArgumentWriter) {
        id.encode(into: &writer)
        nodes.encode(into: &writer)
        name.encode(into: &writer)
    }
}

/// A contestant in a scenario: one row of its table.
struct Entry: Hashable {
    let name: String
    let contestant: Contestant
    var variant = Variant.bytes
    /// Of a group: payload bytes of one datagram; 0 for whole messages.
    var segment = 0
    /// Of a group: whether the contestant is told how fast to send, and a round finds out how fast it can be for nothing
    /// to get lost. Otherwise it sends as fast as it can, and what gets lost does not count.
    var isPaced = false

    static let c = Entry(name: "C, libuv", contestant: .c)
    static let nio = Entry(name: "SwiftNIO, hand-batched", contestant: .nio)
    static let hark = Entry(name: "Hark", contestant: .hark)
    static let harkTyped = Entry(name: "Hark, typed", contestant: .hark, variant: .typed)
    static let harkString = Entry(name: "Hark, String", contestant: .hark, variant: .string)
    static let node = Entry(name: "Node", contestant: .node)

    static let harkNodes = Entry(name: "Hark, two nodes", contestant: .hark)
    static let harkRelayed = Entry(name: "Hark, a node between", contestant: .hark, variant: .relayed)

    static let harkAlone = Entry(name: "Hark, nobody at its console", contestant: .hark)
    static let harkElsewhere = Entry(name: "Hark, 100 at another's console", contestant: .hark, variant: .elsewhere)
    static let harkCrowded = Entry(name: "Hark, 100 at its console", contestant: .hark, variant: .crowded)

    static let cLossless = Entry(name: "C, libuv, paced", contestant: .c, isPaced: true)
    static let cTrains = Entry(name: "C, GSO/GRO", contestant: .c, variant: .trains)
    static let cShort = Entry(name: "C, libuv, segments of 1 408", contestant: .c, segment: 1_408, isPaced: true)
    static let cLong = Entry(name: "C, libuv, segments of 8 192", contestant: .c, segment: 8_192, isPaced: true)
    static let cShortTrains = Entry(
        name: "C, GSO/GRO, segments of 1 408", contestant: .c, variant: .trains, segment: 1_408, isPaced: true)
    static let cLongTrains = Entry(
        name: "C, GSO/GRO, segments of 8 192", contestant: .c, variant: .trains, segment: 8_192, isPaced: true)
    static let normShort = Entry(name: "NORM, segments of 1 408", contestant: .norm, segment: 1_408, isPaced: true)
    static let normLong = Entry(name: "NORM, segments of 8 192", contestant: .norm, segment: 8_192, isPaced: true)

    static let cCodec = Entry(name: "C, by hand", contestant: .c)
    static let nodeCodec = Entry(name: "Node, JSON", contestant: .node)
    static let harkTypedCodec = Entry(name: "Hark, native typed", contestant: .hark, variant: .typed)
    static let harkDynamicCodec = Entry(name: "Hark, native dynamic", contestant: .hark, variant: .dynamic)
    static let harkJSONCodec = Entry(name: "Hark, JSON", contestant: .hark, variant: .json)
    static let harkBSONCodec = Entry(name: "Hark, BSON", contestant: .hark, variant: .bson)
}

/// A contestant in a scenario: one row of its table.
struct Entry: Hashable {
    let name: String
    let contestant: Contestant
    var variant = Variant.bytes

    static let c = Entry(name: "C, libuv", contestant: .c)
    static let nio = Entry(name: "SwiftNIO, hand-batched", contestant: .nio)
    static let hark = Entry(name: "Hark", contestant: .hark)
    static let harkTyped = Entry(name: "Hark, typed", contestant: .hark, variant: .typed)
    static let harkString = Entry(name: "Hark, String", contestant: .hark, variant: .string)
    static let node = Entry(name: "Node", contestant: .node)

    static let cCodec = Entry(name: "C, by hand", contestant: .c)
    static let nodeCodec = Entry(name: "Node, JSON", contestant: .node)
    static let harkTypedCodec = Entry(name: "Hark, native typed", contestant: .hark, variant: .typed)
    static let harkDynamicCodec = Entry(name: "Hark, native dynamic", contestant: .hark, variant: .dynamic)
    static let harkJSONCodec = Entry(name: "Hark, JSON", contestant: .hark, variant: .json)
}

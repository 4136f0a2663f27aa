/// A list of slots, each of which is in one list of a kind at most. The links lie beside the slots, in an array that
/// all lists of the kind share: to take one out, nothing is searched for.
struct EventcastOrder: Sendable {
    struct Link: Sendable {
        var previous = -1
        var next = -1
    }

    private(set) var first = -1
    private(set) var last = -1

    var isEmpty: Bool { first < 0 }

    mutating func append(_ slot: Int, _ links: inout [Link]) {
        links[slot] = Link(previous: last)
        if last >= 0 { links[last].next = slot } else { first = slot }
        last = slot
    }

    mutating func remove(_ slot: Int, _ links: inout [Link]) {
        let link = links[slot]
        if link.previous >= 0 { links[link.previous].next = link.next } else { first = link.next }
        if link.next >= 0 { links[link.next].previous = link.previous } else { last = link.previous }
        links[slot] = Link()
    }

    /// The first one that is not `slot`; nil when there is none.
    func first(besides slot: Int?, _ links: [Link]) -> Int? {
        let found = first == slot && first >= 0 ? links[first].next : first
        return found >= 0 ? found : nil
    }
}

internal import HarkUV

/// Finds the listeners whose patterns fit a name, in time that grows with the tokens of the name and not with the
/// number of patterns.
@EventLoop
final class PatternTrie {
    /// Where a listener stands after some tokens of a name.
    @EventLoop
    private final class Node {
        var literals: [[UInt8]: Node] = [:]
        var one: Node?
        /// Of the pattern that ends here.
        var slot: ListenerSlot?
        /// Of the pattern that ends here with a token for all the rest.
        var rest: ListenerSlot?

        nonisolated init() {}

        var isEmpty: Bool { literals.isEmpty && one == nil && slot == nil && rest == nil }
    }

    private let root = Node()

    nonisolated init() {}

    var isEmpty: Bool { root.isEmpty }

    /// The slot of `pattern`, made by `make` when there is none.
    func slot(of pattern: EventPattern, make: () -> ListenerSlot) -> ListenerSlot {
        var node = root
        for token in pattern.tokens {
            switch token {
            case .literal(let bytes):
                let next = node.literals[bytes] ?? Node()
                node.literals[bytes] = next
                node = next
            case .one:
                let next = node.one ?? Node()
                node.one = next
                node = next
            case .rest:
                let slot = node.rest ?? make()
                node.rest = slot
                return slot
            }
        }
        let slot = node.slot ?? make()
        node.slot = slot
        return slot
    }

    /// Forgets `pattern`, and what only it needed.
    func remove(_ pattern: EventPattern) { remove(pattern.tokens[...], from: root) }

    private func remove(_ tokens: ArraySlice<EventPattern.Token>, from node: Node) {
        let rest = tokens.dropFirst()
        switch tokens.first {
        case nil: node.slot = nil
        case .rest?: node.rest = nil
        case .one?:
            guard let next = node.one else { return }
            remove(rest, from: next)
            if next.isEmpty { node.one = nil }
        case .literal(let bytes)?:
            guard let next = node.literals[bytes] else { return }
            remove(rest, from: next)
            if next.isEmpty { node.literals[bytes] = nil }
        }
    }

    /// The slots of the patterns that fit `name`, in no particular order.
    func slots(matching name: String) -> [ListenerSlot] {
        var slots: [ListenerSlot] = []
        collect(EventPattern.tokens(of: name)[...], from: root, into: &slots)
        return slots
    }

    /// All slots.
    var slots: [ListenerSlot] {
        var slots: [ListenerSlot] = []
        collectAll(from: root, into: &slots)
        return slots
    }

    // Looks at each node once at most: its depth says how many tokens have been used.
    private func collect(_ tokens: ArraySlice<[UInt8]>, from node: Node, into slots: inout [ListenerSlot]) {
        guard let token = tokens.first else {
            if let slot = node.slot { slots.append(slot) }
            return
        }
        if let rest = node.rest { slots.append(rest) }
        if let next = node.literals[token] { collect(tokens.dropFirst(), from: next, into: &slots) }
        if let next = node.one { collect(tokens.dropFirst(), from: next, into: &slots) }
    }

    private func collectAll(from node: Node, into slots: inout [ListenerSlot]) {
        for slot in [node.slot, node.rest] { if let slot { slots.append(slot) } }
        for next in node.literals.values { collectAll(from: next, into: &slots) }
        if let next = node.one { collectAll(from: next, into: &slots) }
    }
}

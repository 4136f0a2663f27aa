internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// Listening to many names at once. A pattern consists of tokens separated by dots: `*` stands for one token, whatever
/// it is, and `>`, which comes last, for one or more. `orders.*` fits `orders.placed`, not `orders` and not
/// `orders.eu.placed`; `orders.>` fits the last one too, and `>` fits every name.
///
/// Listeners by pattern, by name and of all events run in the order of registration. Whoever listens with `on(_:)` to a
/// name that has a `*` or a `>` in it hears that name and no other.
extension Emitter {
    /// Listens to every event whose name fits, whatever its arguments are: each as a whole.
    ///
    /// - Throws: `HarkError` with code `.invalidPattern` when a token is empty, `>` is not last, or a `*` or `>` is
    ///   only part of a token.
    @discardableResult
    public func on(
        matching pattern: String, _ body: @escaping @EventLoop (Event) throws -> Void
    ) throws(HarkError) -> Subscription {
        listen(.pattern(try EventPattern(pattern))) { try body(Event(arriving: $0)) }
    }

    /// Listens to every event whose name fits, with its arguments.
    ///
    /// - Throws: as the form that takes an `Event`.
    @discardableResult
    public func on<each A: EventArgument>(
        matching pattern: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) throws(HarkError) -> Subscription {
        listen(.pattern(try EventPattern(pattern)), decoding: body)
    }

    /// Listens to every event whose name fits with work that waits, as `on(_:_:)` does.
    ///
    /// - Throws: as the form that takes an `Event`.
    @discardableResult
    public func on<each A: EventArgument>(
        matching pattern: String, _ body: @escaping @EventLoop (repeat each A) async throws -> Void
    ) throws(HarkError) -> Subscription {
        listen(.pattern(try EventPattern(pattern)), waiting: body)
    }

    /// Listens to the next event whose name fits, as a whole.
    ///
    /// - Throws: as the form that takes an `Event`.
    @discardableResult
    public func once(
        matching pattern: String, _ body: @escaping @EventLoop (Event) throws -> Void
    ) throws(HarkError) -> Subscription {
        listen(.pattern(try EventPattern(pattern)), isOnce: true) { try body(Event(arriving: $0)) }
    }

    /// Listens to every event whose name fits one of several patterns, as a whole: each once.
    ///
    /// - Throws: as the form that takes an `Event`, and then nothing is listened to.
    package func on(
        matchingAnyOf patterns: [String], _ body: @escaping @EventLoop (Event) throws -> Void
    ) throws(HarkError) {
        for pattern in patterns { _ = try EventPattern(pattern) }
        var earlier: [SubjectPattern] = []
        for pattern in patterns {
            try on(matching: pattern) { [earlier] event in
                let name = Array(event.name.utf8)
                // Whoever fits an earlier one has been heard by that.
                if !earlier.contains(where: { $0.matches(name) }) { try body(event) }
            }
            earlier.append(SubjectPattern(Array(pattern.utf8)))
        }
    }
}

public import HarkWire

/// An event name resolved once, with the types of its arguments.
///
/// ```swift
/// let tick = EventKey<String, Double>("tick")
/// client.emit(tick, "EURUSD", 1.0842)
/// server.on(tick) { symbol, price in … }
/// ```
/// Emitting with a key is faster than with a string, and the compiler checks the arguments. Make keys once, as
/// constants: each different name is kept for the life of the process.
public struct EventKey<each Argument: EventArgument>: Sendable {
    @usableFromInline let name: EventName

    /// - Parameter name: any text of up to 255 bytes.
    public init(_ name: String) { self.name = EventName.resolve(name) }

    /// The event's name.
    public var text: String { name.text }
}

public import HarkWire

/// An event that a server delivers on behalf of a client that is gone without a goodbye, when its session has ended.
///
/// The server's listeners hear it as the client's last event: `event.peer` is the client's peer. It is not delivered
/// after `close()` or `disconnect()`, nor when the server itself closes the peer.
public struct LastWill: Sendable, Hashable {
    /// The name, and then the arguments, as it travels: one word in every peer.
    let content: [Value]

    /// The event's name, of at most 255 bytes.
    public var name: String {
        guard case .string(let name)? = content.first else { return "" }
        return name
    }

    /// Its arguments.
    public var arguments: [Value] { Array(content.dropFirst()) }

    /// - Parameters:
    ///   - name: the event's name, of at most 255 bytes.
    ///   - arguments: its arguments. Together with the credentials they have to fit the handshake, 8 KiB.
    public init(_ name: String, _ arguments: Value...) { self.init(name, values: arguments) }

    /// As above, with arguments in an array.
    public init(_ name: String, values: [Value]) { content = [.string(name)] + values }

    init(content: [Value]) { self.content = content }
}

internal import HarkProtocol
public import HarkWire

/// How a client introduces itself, for a server's `authorize` hook.
public struct Hello: Sendable, Hashable {
    private let identifier: NativeIdentifier

    /// The client's node: 32 hexadecimal digits, new for each client object.
    public var node: String { identifier.description }

    /// What the client was given as `credentials`; null when nothing.
    public let credentials: Value

    /// What the server delivers when the client is gone without a goodbye.
    public let lastWill: LastWill?

    init(_ hello: NativeHello) {
        identifier = hello.node
        credentials = hello.credentials ?? .null
        lastWill = hello.will.map(LastWill.init(content:))
    }
}

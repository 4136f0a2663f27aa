internal import HarkProtocol
public import HarkWire

/// How a client introduces itself, for a server's `authorize` hook.
public struct Hello: Sendable, Hashable {
    private let identifier: NativeIdentifier

    /// The client's node: 32 hexadecimal digits, new for each client object.
    public var node: String { identifier.description }

    /// What the client was given as `credentials`; null when nothing.
    public var credentials: Value { more.first ?? .null }

    /// What the server delivers when the client is gone without a goodbye.
    public var lastWill: LastWill? {
        guard more.count > 1, case .array(let content) = more[1] else { return nil }
        return LastWill(content: content)
    }

    /// The credentials and the will, of those who have some: servers keep thousands who have none.
    private let more: [Value]

    init(_ hello: NativeHello) {
        identifier = hello.node
        let will = hello.will.map { [Value.array($0)] } ?? []
        more = hello.credentials != nil || hello.will != nil ? [hello.credentials ?? .null] + will : []
    }
}

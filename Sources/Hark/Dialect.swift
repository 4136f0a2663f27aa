/// The wire that two sides speak, and its defaults.
public struct Dialect: Sendable, Hashable, CustomStringConvertible {
    /// The dialect's name, as on the command line.
    public let description: String

    /// Hark's own protocol: compact, binary, acknowledged. The default.
    public static let native = Dialect(description: "native")
}

/// A secret that the members of an encrypted group share. What is printed of it is its kind, never the secret.
public struct GroupKey: Sendable {
    /// What the secret is made of.
    enum Source: Sendable {
        case passphrase(String)
        case bytes([UInt8])
    }

    /// 32 bytes: AES-256 is what they are made for.
    static let byteCount = 32

    let source: Source

    /// Words that people can type. They count as the UTF-8 they are written in; two ways to write an accent are two
    /// passphrases. Making a key of them takes about a tenth of a second and 64 MiB, so that guessing is expensive, and
    /// gives another key for each group. An empty one is refused when the group starts.
    public static func passphrase(_ passphrase: String) -> GroupKey { GroupKey(source: .passphrase(passphrase)) }

    /// Bytes that nobody can guess, from a file or a vault: 32, or they are refused when the group starts.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> GroupKey { GroupKey(source: .bytes(Array(bytes))) }
}

extension GroupKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What kind it is.
    public var description: String {
        switch source {
        case .passphrase: "GroupKey(passphrase)"
        case .bytes: "GroupKey(bytes)"
        }
    }

    /// The same.
    public var debugDescription: String { description }

    /// Shows nothing: logs and dumps are read by people who do not belong to the group.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

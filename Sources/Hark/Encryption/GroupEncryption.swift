/// How the members of a multicast group keep others out: who does not have the secret can neither read what is sent
/// nor send anything that is taken for an event. All members need the same.
///
/// It needs the package trait `Encryption`. Without it a group that shall be encrypted is refused when it starts.
///
/// What is printed of it never contains a secret.
public struct GroupEncryption: Sendable {
    /// What there is for each wire.
    enum Scheme: Sendable {
        /// Keys by their numbers, and the number of the one to seal with.
        case native([UInt8: GroupKey], sealing: UInt8)
        case legacyAES128(passphrase: String)
    }

    /// The number of a key that is the only one.
    static let onlyKey: UInt8 = 0

    let scheme: Scheme

    /// Native dialect: one key, made of words that people can type. Its number is 0.
    ///
    /// It is made when the group starts, on another thread than the loop's.
    ///
    /// - Parameter passphrase: not empty. The longer the better: whoever has recorded a datagram can try as many as
    ///   their machines allow.
    public static func passphrase(_ passphrase: String) -> GroupEncryption {
        keys([onlyKey: .passphrase(passphrase)], sealing: onlyKey)
    }

    /// Native dialect: several keys, each with a number that travels in the datagrams, so that a group can go from one
    /// to the next while it is in use.
    ///
    /// - Parameters:
    ///   - keys: what is opened: anything that was sealed with one of them.
    ///   - key: the number of the one to seal with, which is among them.
    public static func keys(_ keys: [UInt8: GroupKey], sealing key: UInt8) -> GroupEncryption {
        GroupEncryption(scheme: .native(keys, sealing: key))
    }

    /// Eventcast dialect: the encryption of that library, AES-128-CBC with a key and an initialization vector that are
    /// the same for all datagrams, and without authentication. It keeps out who is merely curious: equal beginnings
    /// are seen as equal, and what is recorded can be sent again. For members that speak nothing better.
    ///
    /// - Parameter passphrase: not empty; the option `encrypt.key` of the originals.
    public static func legacyAES128(passphrase: String) -> GroupEncryption {
        GroupEncryption(scheme: .legacyAES128(passphrase: passphrase))
    }
}

extension GroupEncryption: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What kind it is, and the numbers of its keys.
    public var description: String {
        switch scheme {
        case .native(let keys, let sealing):
            "GroupEncryption(keys \(keys.keys.sorted().map { "\($0)" }.joined(separator: ", ")), sealing \(sealing))"
        case .legacyAES128: "GroupEncryption(legacyAES128)"
        }
    }

    /// The same.
    public var debugDescription: String { description }

    /// Shows nothing: logs and dumps are read by people who do not belong to the group.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

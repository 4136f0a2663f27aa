package import HarkProtocol
package import HarkWire

/// The one way from what was chosen to what seals and opens.
extension GroupEncryption {
    /// The cipher of a native group. Its keys are made on another thread; that takes a while, so it is kept as long as
    /// the group is.
    ///
    /// - Parameter group: the address that all members know the group by. It is part of the keys.
    /// - Throws: `.invalidOptions` when there is no key, or one is none; `.unsupported` when this wire does not have
    ///   it, or Hark was built without it.
    package func makeCipher(group: DatagramAddress) async throws(HarkError) -> any RotatingCipher {
        guard case .native(let keys, let sealing) = scheme else {
            throw HarkError(
                .unsupported,
                "legacyAES128 belongs to the Eventcast dialect; choose .passphrase or .keys for this one")
        }
        #if Encryption
            let keyring = GroupKeyring(group: group)
            for (id, key) in keys.sorted(by: { $0.key < $1.key }) { try await keyring.add(key, as: id) }
            try keyring.activate(sealing)
            return keyring
        #else
            _ = (keys, sealing)
            throw Self.traitIsOff
        #endif
    }

    /// The cipher of an Eventcast group.
    ///
    /// - Throws: `.invalidOptions` when the passphrase is empty; `.unsupported` when this wire does not have what was
    ///   chosen, or Hark was built without it.
    package func makeEventcastCipher() throws(HarkError) -> any EventcastCipher {
        guard case .legacyAES128(let passphrase) = scheme else {
            throw HarkError(
                .unsupported,
                "members of an Eventcast group know no encryption but .legacyAES128(passphrase:); choose that, or the "
                    + "native dialect")
        }
        #if Encryption
            return try EventcastAES(passphrase: passphrase)
        #else
            _ = passphrase
            throw Self.traitIsOff
        #endif
    }

    #if !Encryption
        private static let traitIsOff = HarkError(
            .unsupported,
            "Hark was built without encryption; switch its package trait Encryption on: `swift build --traits "
                + "Encryption`, or `.package(…, traits: [\"Encryption\"])` where it is a dependency")
    #endif
}

import Hark

extension KeyOptions {
    /// The options of a member, with what keeps others out.
    ///
    /// - Throws: when the passphrase cannot be read.
    func applied(to options: MulticastGroup.Options, _ dialect: GroupDialectName) throws -> MulticastGroup.Options {
        guard let passphrase = try passphrase() else { return options }
        var options = options
        switch dialect {
        case .native: options.encryption = .passphrase(passphrase)
        case .eventcast: options.encryption = .legacyAES128(passphrase: passphrase)
        }
        options.acceptsPlaintext = acceptPlaintext
        return options
    }
}

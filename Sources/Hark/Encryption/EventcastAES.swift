#if Encryption
    import Crypto
    import CryptoExtras
    import HarkProtocol

    /// AES-128-CBC as Node's `createCipher("aes128", passphrase)` had it: key and initialization vector come from the
    /// passphrase by OpenSSL's EVP_BytesToKey with MD5, one round, no salt, and are the same for all datagrams.
    package final class EventcastAES: EventcastCipher {
        private let key: SymmetricKey
        private let vector: AES._CBC.IV

        /// - Throws: `.invalidOptions` when the passphrase is empty.
        package init(passphrase: String) throws(HarkError) {
            guard !passphrase.isEmpty else {
                throw HarkError(.invalidOptions, "the passphrase is empty; give the one of the other members")
            }
            let words = Array(passphrase.utf8)
            let first = Array(Insecure.MD5.hash(data: words))
            key = SymmetricKey(data: first)
            do {
                vector = try AES._CBC.IV(ivBytes: Array(Insecure.MD5.hash(data: first + words)))
            } catch { preconditionFailure("MD5 has 16 bytes, as a vector has: \(error)") }
        }

        package func encrypt(_ text: UnsafeRawBufferPointer) -> [UInt8] {
            do {
                return Array(try AES._CBC.encrypt(text, using: key, iv: vector))
            } catch { preconditionFailure("cannot encrypt: \(error)") }
        }

        package func decrypt(_ ciphertext: UnsafeRawBufferPointer) -> [UInt8]? {
            guard let text = try? AES._CBC.decrypt(ciphertext, using: key, iv: vector) else { return nil }
            return Array(text)
        }
    }

    extension EventcastAES: CustomReflectable {
        /// Shows nothing: logs and dumps are read by people who do not belong to the group.
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
#endif

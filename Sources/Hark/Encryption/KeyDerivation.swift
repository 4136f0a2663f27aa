#if Encryption
    package import Crypto
    import CryptoExtras
    package import HarkWire

    /// From what people know to keys, in three steps: scrypt makes a secret of a passphrase (RFC 7914); HKDF-extract
    /// binds a secret to the group, and HKDF-expand makes a key of it for each sender (RFC 5869, with SHA-256).
    package enum KeyDerivation {
        /// What all labels begin with: the protocol and its version, so that no key serves two.
        static let label = "hark multicast 1"

        /// 2^16 rounds over blocks of 8: 64 MiB, and 0.12 s on a machine of 2023. Each guess costs the same, and memory
        /// is what machines for guessing have least of.
        static let (rounds, blockSize, parallelism) = (1 << 16, 8, 1)

        /// The secret that a passphrase is, in this group. Works on another thread.
        ///
        /// - Throws: `.system` when there is no memory for it.
        package static func secret(
            of passphrase: String, group: DatagramAddress
        ) async throws(HarkError) -> SymmetricKey {
            let salt = salt(" passphrase", group)
            // A thread of its own would be kinder to other tasks, but this is once a start and takes a tenth of a
            // second.
            let work = Task.detached {
                try scrypt(
                    Array(passphrase.utf8), salt: salt, rounds: rounds, blockSize: blockSize, parallelism: parallelism)
            }
            switch await work.result {
            case .success(let secret): return secret
            case .failure(let error):
                throw HarkError(
                    .system, "cannot make a key of the passphrase, which takes 64 MiB of memory: \(error)", cause: error
                )
            }
        }

        package static func scrypt(
            _ passphrase: [UInt8], salt: [UInt8], byteCount: Int = GroupKey.byteCount, rounds: Int, blockSize: Int,
            parallelism: Int
        ) throws -> SymmetricKey {
            try KDF.Scrypt.deriveKey(
                from: passphrase, salt: salt, outputByteCount: byteCount, rounds: rounds, blockSize: blockSize,
                parallelism: parallelism)
        }

        package static func extract(_ secret: SymmetricKey, salt: [UInt8]) -> SymmetricKey {
            SymmetricKey(data: HKDF<SHA256>.extract(inputKeyMaterial: secret, salt: salt))
        }

        /// The label, what it is for, and the group: an IPv4 or IPv6 address, told apart by a byte 4 or 6, and the
        /// port, big-endian. The interface is left out, each host has its own numbers for them.
        static func salt(_ purpose: String, _ group: DatagramAddress) -> [UInt8] {
            var salt = Array((label + purpose).utf8)
            if group.isIPv6 {
                salt.append(6)
                salt.append(bigEndian: group.high)
                salt.append(bigEndian: group.low)
            } else {
                salt.append(4)
                salt.append(bigEndian: UInt32(truncatingIfNeeded: group.low))
            }
            salt.append(bigEndian: group.port)
            return salt
        }
    }

    extension [UInt8] {
        fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
            Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
        }
    }
#endif

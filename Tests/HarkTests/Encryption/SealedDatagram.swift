#if Encryption
    import Hark
    import HarkProtocol

    /// A datagram of an encrypted group, and all that it was sealed with.
    struct SealedDatagram: Equatable {
        /// What stands where nothing was written.
        static let untouched: UInt8 = 0xE5

        var header: [UInt8]
        var sender: UInt64
        var counter: UInt64
        var key: UInt8
        /// Ciphertext and tag.
        var bytes: [UInt8]

        init(
            _ text: String, _ authenticated: String, _ sender: UInt64, _ counter: UInt64, key: UInt8 = 0,
            by cipher: any GroupCipher
        ) {
            let (text, header) = (Array(text.utf8), Array(authenticated.utf8))
            var bytes = [UInt8](repeating: Self.untouched, count: text.count + cipher.tagByteCount)
            text.withUnsafeBytes { text in
                header.withUnsafeBytes { header in
                    bytes.withUnsafeMutableBytes {
                        cipher.seal(text, header: header, sender: sender, counter: counter, key: key, into: $0)
                    }
                }
            }
            (self.header, self.sender, self.counter, self.key, self.bytes) = (header, sender, counter, key, bytes)
        }

        /// Its text; nil when it is refused.
        func opened(by cipher: any GroupCipher) -> [UInt8]? {
            let (count, output) = opening(by: cipher)
            return count.map { Array(output[..<$0]) }
        }

        /// The length of the text, and where it would be.
        func opening(by cipher: any GroupCipher) -> (count: Int?, output: [UInt8]) {
            var output = [UInt8](repeating: Self.untouched, count: max(0, bytes.count - cipher.tagByteCount))
            let count = bytes.withUnsafeBytes { bytes in
                header.withUnsafeBytes { header in
                    output.withUnsafeMutableBytes {
                        cipher.open(bytes, header: header, sender: sender, counter: counter, key: key, into: $0)
                    }
                }
            }
            return (count, output)
        }

        /// Turns one bit around, in any part.
        mutating func change(_ random: inout some RandomNumberGenerator) {
            let bit = random.next() % 64
            switch random.next() % 6 {
            case 0: header[Int(random.next() % UInt64(header.count))] ^= 1 << UInt8(bit % 8)
            case 1: sender ^= 1 << bit
            case 2: counter ^= 1 << bit
            case 3: key ^= 1 << UInt8(bit % 8)
            case 4: bytes[bytes.count - 1 - Int(random.next() % 16)] ^= 1 << UInt8(bit % 8)
            default: bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(bit % 8)
            }
        }
    }
#endif

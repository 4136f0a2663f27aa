#if Encryption
    import Crypto
    import Hark
    import HarkWire
    import Testing

    struct KeyDerivationTests {
        @Test(
            arguments: [
                (
                    "", "", 16, 1, 1,
                    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
                ),
                (
                    "password", "NaCl", 1_024, 8, 16,
                    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
                ),
                (
                    "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
                ),
            ])
        func `the test vectors of RFC 7914`(
            passphrase: String, salt: String, rounds: Int, blockSize: Int, parallelism: Int, expected: String
        ) throws {
            let secret = try KeyDerivation.scrypt(
                Array(passphrase.utf8), salt: Array(salt.utf8), byteCount: 64, rounds: rounds, blockSize: blockSize,
                parallelism: parallelism)
            #expect(secret == SymmetricKey(data: bytes(expected)))
        }

        @Test(
            arguments: [
                (
                    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
                    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
                ),
                (
                    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "",
                    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"
                ),
            ])
        func `the test vectors of RFC 5869 for extract`(secret: String, salt: String, expected: String) {
            let key = KeyDerivation.extract(SymmetricKey(data: bytes(secret)), salt: bytes(salt))
            #expect(key == SymmetricKey(data: bytes(expected)))
        }

        /// Computed by Python's hashlib.scrypt.
        @Test func `a passphrase is another secret in each group`() async throws {
            let words = "correct horse battery staple"
            let secret = try await KeyDerivation.secret(
                of: words, group: DatagramAddress(ipv4: 0xEF01_0203, port: 5_555))
            let expected = "4fba948ae1ad02d16b1e3066a20a1cd3b867e6c52f3f94ff9e26a5a2042a07cf"
            #expect(secret == SymmetricKey(data: bytes(expected)))
            let other = try await KeyDerivation.secret(
                of: words, group: DatagramAddress(ipv4: 0xEF01_0203, port: 5_556))
            #expect(other != secret)
        }
    }

    /// What hexadecimal digits stand for.
    func bytes(_ digits: String) -> [UInt8] {
        let digits = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
#endif

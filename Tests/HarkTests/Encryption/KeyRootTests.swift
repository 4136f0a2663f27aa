#if Encryption
    import Crypto
    import Hark
    import Testing

    struct KeyRootTests {
        /// Of a key that has 32 bytes, the RFC's outputs are longer ones of the same beginning.
        @Test(
            arguments: [
                (
                    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", "f0f1f2f3f4f5f6f7f8f9",
                    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                ),
                (
                    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04", "",
                    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                ),
            ])
        func `the test vectors of RFC 5869 for expand, cut anywhere`(root: String, info: String, expected: String) {
            let info = bytes(info)
            for cut in 0...info.count {
                let root = KeyRoot(SymmetricKey(data: bytes(root)), info: Array(info[..<cut]))
                let key = info[cut...].withUnsafeBytes { root.expand($0) }
                #expect(key == SymmetricKey(data: bytes(expected)))
            }
        }
    }
#endif

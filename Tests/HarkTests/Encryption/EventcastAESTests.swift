#if Encryption
    import Captures
    import Hark
    import HarkProtocol
    import HarkWire
    import Testing

    /// Against what the original has sent, with the passphrase `correct horse`.
    struct EventcastAESTests {
        private static func cipher() throws -> any EventcastCipher {
            try GroupEncryption.legacyAES128(passphrase: "correct horse").makeEventcastCipher()
        }

        @Test func `a known text becomes the ciphertext that the original makes of it`() throws {
            let cipher = try Self.cipher()
            let text = Array("hello".utf8)
            let ciphertext = text.withUnsafeBytes { cipher.encrypt($0) }
            #expect(ciphertext == bytes("6b050a4d9ddf889665f3a8bdbdcd7d0c"))
            #expect(ciphertext.withUnsafeBytes { cipher.decrypt($0) } == text)
        }

        @Test func `texts of every length come back`() throws {
            let cipher = try Self.cipher()
            for count in 0...65 {
                let text = (0..<count).map { UInt8($0) }
                let ciphertext = text.withUnsafeBytes { cipher.encrypt($0) }
                #expect(ciphertext.count == count / 16 * 16 + 16)
                #expect(ciphertext.withUnsafeBytes { cipher.decrypt($0) } == text)
            }
        }

        @Test func `what is no ciphertext, or one of another key, is nothing`() throws {
            let cipher = try Self.cipher()
            let ciphertext = Array("hello".utf8).withUnsafeBytes { cipher.encrypt($0) }
            for count in 0..<16 { #expect(ciphertext[..<count].withUnsafeBytes { cipher.decrypt($0) } == nil) }
            let other = try GroupEncryption.legacyAES128(passphrase: "Correct horse").makeEventcastCipher()
            #expect(ciphertext.withUnsafeBytes { other.decrypt($0) } == nil)
        }

        @Test func `nothing that is printed of it contains the key`() throws {
            let texts = printed(try EventcastAES(passphrase: "correct horse"))
            // The first bytes of the key, and of the vector.
            for secret in ["correct", "60, 180", "138, 206", "60\n"] {
                #expect(!texts.contains { $0.contains(secret) })
            }
        }

        @Test func `recorded datagrams are decrypted, read, and encrypted as they were`() throws {
            let cipher = try Self.cipher()
            var names: [String] = []
            for (name, capture) in try Capture.all(in: "Eventcast") where name.hasPrefix("encrypted-") {
                var assembly = EventcastAssembly(timing: EventcastTiming(ttl: 3_000))
                var whole = ByteWriter(pool: ChunkPool())
                let source = DatagramAddress(ipv4: 0x7F00_0001, port: 9)
                for chunk in capture.chunks {
                    try chunk.bytes.withUnsafeBytes { bytes in
                        let datagram = try EventcastDatagram(reading: bytes)
                        if !datagram.meta.isSegment {
                            names.append(try opened(datagram, cipher, name))
                            return
                        }
                        whole.beginFrame()
                        guard assembly.add(datagram, from: source, now: .zero, to: &whole) == .complete else { return }
                        names.append(try opened(EventcastDatagram(reading: whole.frameBytes()), cipher, name))
                    }
                }
            }
            #expect(names.count { $0 == "event" } == 10)
            #expect(names.contains("__ec_retx"))
            #expect(names.count == 15)
        }

        /// The name of the event that was inside, which has the arguments of the plain recording of the same name.
        private func opened(
            _ datagram: EventcastDatagram, _ cipher: any EventcastCipher, _ name: String
        ) throws -> String {
            #expect(datagram.meta.isEncrypted && datagram.meta.origin == nil)
            let text = try #require(cipher.decrypt(datagram.payload), "\(name)")
            #expect(text.withUnsafeBytes { cipher.encrypt($0) } == Array(datagram.payload), "\(name)")
            return try text.withUnsafeBytes { text in
                let inner = try EventcastDatagram(reading: text)
                #expect(!inner.meta.isEncrypted && !inner.meta.isSegment && inner.meta.nonce != nil)
                let origin = try #require(inner.meta.origin)
                if name.hasPrefix("encrypted-event-") {
                    let plain = try Capture.named("Eventcast/plain-\(name.dropFirst("encrypted-".count))")
                    try plain.chunks[0].bytes.withUnsafeBytes { plain in
                        let expected = try EventcastDatagram(reading: plain).payload
                        #expect(inner.payload.elementsEqual(expected), "\(name)")
                    }
                }
                return String(decoding: origin.name, as: UTF8.self)
            }
        }
    }
#endif

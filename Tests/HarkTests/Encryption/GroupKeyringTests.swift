#if Encryption
    import Hark
    import HarkProtocol
    import HarkWire
    import Testing

    struct GroupKeyringTests {
        private static let group = DatagramAddress(ipv4: 0xEF01_0203, port: 5_555)
        private static let raw = GroupKey.bytes(0..<32)

        private static func keyring(
            _ keys: [UInt8: GroupKey] = [0: raw], group: DatagramAddress = group
        ) async throws -> GroupKeyring {
            let keyring = GroupKeyring(group: group)
            for (id, key) in keys { try await keyring.add(key, as: id) }
            return keyring
        }

        // MARK: Known answers

        /// Computed by Python's hashlib, hmac and cryptography.
        @Test func `a passphrase, a group, a sender and a counter make the datagram that they make elsewhere`()
            async throws
        {
            let keyring = try await Self.keyring([0: .passphrase("correct horse battery staple")])
            let sealed = SealedDatagram("a text", "a header", 0x0102_0304_0506_0708, 0x1122_3344_5566_7788, by: keyring)
            #expect(sealed.bytes == bytes("686615f7030d54fbc40ed0e5a6b122ff1aa45bb44d67"))
            #expect(sealed.opened(by: keyring) == Array("a text".utf8))
        }

        /// Likewise.
        @Test func `raw keys and IPv6 groups make the datagrams that they make elsewhere`() async throws {
            let group = DatagramAddress(ipv6: 0xFF02_0000_0000_0000, 0x1234, scope: 3, port: 9_000)
            let keyring = try await Self.keyring([7: Self.raw], group: group)
            let empty = SealedDatagram("", "", 0xFFFF_FFFF_FFFF_FFFE, 1, key: 7, by: keyring)
            #expect(empty.bytes == bytes("631faa820a03c33121d6f2062366a1e4"))
            #expect(empty.opened(by: keyring) == [])
            let zeros = String(repeating: "\0", count: 20)
            let other = SealedDatagram(zeros, "h", 0xFFFF_FFFF_FFFF_FFFE, 2, key: 7, by: keyring)
            #expect(other.bytes == bytes("79e0a2c247834e2e6b692de946804ed7486eb41e4d8280b2f7cdd6b653b0c27e0269b373"))
        }

        @Test func `one secret is another key in another group, for another number and for another sender`()
            async throws
        {
            let keyring = try await Self.keyring([0: Self.raw, 1: Self.raw])
            let other = try await Self.keyring(group: Self.group.with(port: 5_556))
            let all = [
                SealedDatagram("a text", "", 1, 1, by: keyring),
                SealedDatagram("a text", "", 1, 1, key: 1, by: keyring),
                SealedDatagram("a text", "", 2, 1, by: keyring), SealedDatagram("a text", "", 1, 2, by: keyring),
                SealedDatagram("a text", "", 1, 1, by: other),
            ]
            #expect(Set(all.map(\.bytes)).count == all.count)
            #expect(all[0].opened(by: other) == nil)
        }

        @Test func `texts of every length come back`() async throws {
            let keyring = try await Self.keyring()
            for count in [0, 1, 15, 16, 17, 1_400, 9_000, 65_491] {
                let text = String(repeating: "x", count: count)
                let sealed = SealedDatagram(text, "header", 5, UInt64(count), by: keyring)
                #expect(sealed.bytes.count == count + keyring.tagByteCount)
                #expect(sealed.opened(by: keyring) == Array(text.utf8))
            }
            #expect(keyring.senderCount == 1)
        }

        // MARK: Forgeries

        @Test func `nothing that was changed anywhere is opened`() async throws {
            let keyring = try await Self.keyring([0: Self.raw, 1: .bytes(1..<33)])
            var random = SplitMix(seed: 1)
            for _ in 0..<SweepSize.of(quick: 10_000, full: 100_000, soak: 10_000_000) {
                let good = SealedDatagram("a text of forty bytes or thereabouts, so", "a header", 1, 1, by: keyring)
                var bad = good
                for _ in 0...random.next() % 3 { bad.change(&random) }
                if bad == good { continue }
                #expect(bad.opened(by: keyring) == nil, "\(bad)")
            }
            let good = SealedDatagram("a text", "a header", 1, 1, by: keyring)
            #expect(good.opened(by: keyring) != nil)
        }

        @Test func `what is cut anywhere, or has something added, is not opened`() async throws {
            let keyring = try await Self.keyring()
            let good = SealedDatagram("a text", "a header", 1, 1, by: keyring)
            for count in 0..<good.bytes.count {
                var bad = good
                bad.bytes = Array(good.bytes[..<count])
                #expect(bad.opened(by: keyring) == nil)
                bad.bytes = Array(good.bytes[(good.bytes.count - count)...])
                #expect(bad.opened(by: keyring) == nil)
            }
            var bad = good
            bad.bytes.append(0)
            #expect(bad.opened(by: keyring) == nil)
            bad.bytes = [UInt8](repeating: 0, count: 70_000)
            #expect(bad.opened(by: keyring) == nil)
        }

        @Test func `a refused datagram leaves nothing where its text would be`() async throws {
            let keyring = try await Self.keyring()
            var bad = SealedDatagram("a text", "a header", 1, 1, by: keyring)
            bad.bytes[21] ^= 1
            #expect(bad.opening(by: keyring).output.allSatisfy { $0 == SealedDatagram.untouched })
        }

        @Test func `strangers who name senders without end are not remembered`() async throws {
            let keyring = try await Self.keyring()
            let member = SealedDatagram("a text", "a header", 1, 1, by: keyring)
            #expect(member.opened(by: keyring) != nil)
            var forged = member
            for sender in 2..<10_000 as Range<UInt64> {
                forged.sender = sender
                #expect(forged.opened(by: keyring) == nil)
            }
            #expect(keyring.senderCount == 1)
        }

        @Test func `members without end are remembered up to a limit`() async throws {
            let keyring = try await Self.keyring()
            for sender in 0..<5_000 as Range<UInt64> {
                let sealed = SealedDatagram("a text", "a header", sender, 1, by: keyring)
                #expect(sealed.opened(by: keyring) != nil)
            }
            #expect(keyring.senderCount <= GroupKeyring.senderCountMax)
        }

        // MARK: Rotation

        @Test func `a group goes from one key to the next without a gap`() async throws {
            let members = [try await Self.keyring(), try await Self.keyring(), try await Self.keyring()]
            var counter: UInt64 = 0
            func everybodyHearsEverybody() {
                for sender in members {
                    counter += 1
                    let sealed = SealedDatagram("a text", "", 1, counter, key: sender.sealingKey, by: sender)
                    for member in members { #expect(sealed.opened(by: member) != nil) }
                }
            }
            everybodyHearsEverybody()
            for member in members {
                try await member.add(.passphrase("the next one"), as: 1)
                everybodyHearsEverybody()
            }
            let late = SealedDatagram("a text", "", 1, 1_000, by: members[0])
            for member in members {
                try member.activate(1)
                #expect(member.sealingKey == 1)
                everybodyHearsEverybody()
            }
            for member in members {
                #expect(late.opened(by: member) != nil)
                try member.retire(0)
                #expect(late.opened(by: member) == nil)
                #expect(member.openingKeys == [1])
                everybodyHearsEverybody()
            }
            // What was sealed before and is sent once more is what it was.
            #expect(SealedDatagram("a text", "", 1, 1_000, by: members[0]) == late)
        }

        @Test func `a number may be used again, for another key`() async throws {
            let keyring = try await Self.keyring([0: Self.raw, 1: .bytes(1..<33)])
            let old = SealedDatagram("a text", "", 1, 1, by: keyring)
            #expect(old.opened(by: keyring) != nil)
            try keyring.activate(1)
            try keyring.retire(0)
            try await keyring.add(.bytes(2..<34), as: 0)
            #expect(old.opened(by: keyring) == nil)
            let new = SealedDatagram("a text", "", 1, 1, by: keyring)
            #expect(new != old)
            #expect(new.opened(by: keyring) != nil)
        }

        @Test func `keys that are not there are neither activated nor retired, and the one in use stays`() async throws
        {
            let keyring = try await Self.keyring([0: Self.raw, 1: Self.raw])
            try keyring.activate(1)
            #expect(throws: HarkError.self) { try keyring.activate(2) }
            #expect(throws: HarkError.self) { try keyring.retire(2) }
            #expect(throws: HarkError.self) { try keyring.retire(1) }
            let duplicate = await #expect(throws: HarkError.self) { try await keyring.add(Self.raw, as: 0) }
            #expect(duplicate?.code == .duplicate)
            try keyring.retire(0)
            #expect(throws: HarkError.self) { try keyring.activate(0) }
            #expect(throws: HarkError.self) { try keyring.retire(0) }
            #expect((keyring.openingKeys, keyring.sealingKey) == ([1], 1))
        }

        @Test func `nothing that is printed of a keyring contains a key`() async throws {
            let keyring = try await Self.keyring([4: .bytes([UInt8](repeating: 0xAB, count: 32))])
            #expect("\(keyring)" == "GroupKeyring(keys [4], sealing 0)")
            #expect(!printed(keyring).contains { $0.contains("171") || $0.contains("bytes") })
        }
    }
#endif

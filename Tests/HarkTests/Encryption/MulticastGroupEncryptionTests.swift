import Hark
import HarkTesting
import Testing

#if Encryption
    @EventLoop
    struct MulticastGroupEncryptionTests {
        private func secret(_ dialect: Dialect, _ passphrase: String = "open sesame") -> GroupEncryption {
            dialect == .eventcast
                ? .legacyAES128(passphrase: passphrase)
                : .keys([1: .bytes([UInt8](repeating: UInt8(passphrase.utf8.count), count: 32))], sealing: 1)
        }

        @Test(arguments: MulticastGroupTests.dialects)
        func `members with the same secret understand each other`(_ dialect: Dialect) async throws {
            try await withSimulation { simulation in
                let groups = try await simulation.members(2, of: dialect) { $0.encryption = secret(dialect) }
                var heard: [Int] = []
                groups[1].on("a") { (bytes: RawSpan) in heard.append(bytes.byteCount) }
                simulation.network.conditions.lossOneIn = 20
                for size in [1, 5_000] { groups[0].emit("a", Bytes([UInt8](repeating: 7, count: size))) }
                simulation.run(for: .seconds(10))
                #expect(heard.last == 5_000)
            }
        }

        @Test(arguments: MulticastGroupTests.dialects)
        func `who has no secret, or another one, is not heard, and is told of once`(_ dialect: Dialect) async throws {
            try await withSimulation { simulation in
                let group = try await simulation.members(1, of: dialect) { $0.encryption = secret(dialect) }[0]
                var heard = 0
                var errors: [HarkError.Code] = []
                group.onAny { _ in heard += 1 }
                group.on(.error) { errors.append($0.code) }
                let plain = try await simulation.members(1, of: dialect)[0]
                let other = try await simulation.members(1, of: dialect) {
                    $0.encryption = secret(dialect, "another")
                }[0]
                for _ in 0..<10 {
                    plain.emit("a")
                    other.emit("a")
                    simulation.run(for: .milliseconds(100))
                }
                #expect(heard == 0)
                #expect(errors == [.encryption, .encryption])
            }
        }

        @Test func `a group goes over to another key without a gap`() async throws {
            try await withSimulation { simulation in
                let groups = try await simulation.members(2, of: .native) { $0.encryption = secret(.native) }
                var heard: [Int] = []
                groups[1].on("a") { (n: Int) in heard.append(n) }
                let key = GroupKey.bytes([UInt8](repeating: 9, count: 32))
                groups[0].emit("a", 0)
                simulation.run(for: .milliseconds(100))
                for group in groups { try await simulation.run { try await group.addKey(key, as: 2) } }
                groups[0].emit("a", 1)
                for group in groups { try group.useKey(2) }
                groups[0].emit("a", 2)
                simulation.run(for: .seconds(1))
                for group in groups { try group.removeKey(1) }
                groups[0].emit("a", 3)
                simulation.run(for: .seconds(1))
                #expect(heard == [0, 1, 2, 3])
                #expect(throws: HarkError.self) { try groups[0].useKey(7) }
            }
        }

        @Test func `who stops and starts again still has the keys that the group has gone over to`() async throws {
            try await withSimulation { simulation in
                let groups = try await simulation.members(2, of: .native) { $0.encryption = secret(.native) }
                var heard: [Int] = []
                groups[1].on("a") { (n: Int) in heard.append(n) }
                let key = GroupKey.bytes([UInt8](repeating: 9, count: 32))
                for group in groups { try await simulation.run { try await group.addKey(key, as: 2) } }
                for group in groups { try group.useKey(2) }
                for group in groups { try group.removeKey(1) }
                try await simulation.run {
                    await groups[0].stop()
                    try await groups[0].start()
                }
                simulation.run(for: .seconds(1))
                groups[0].emit("a", 1)
                simulation.run(for: .seconds(1))
                #expect(heard == [1])
            }
        }
    }
#else
    @EventLoop
    struct MulticastGroupEncryptionTests {
        @Test(arguments: [GroupEncryption.passphrase("a"), .legacyAES128(passphrase: "a")])
        func `without encryption a secret is refused, and the trait is named`(_ secret: GroupEncryption) async throws {
            try await withSimulation { simulation in
                var options = simulation.groupOptions(port: 9000)
                if "\(secret)".contains("legacy") { options.dialect = .eventcast }
                options.encryption = secret
                let group = MulticastGroup(options: options)
                do throws(HarkError) {
                    try await group.start()
                    Issue.record("it started")
                } catch {
                    #expect(error.code == .unsupported)
                    #expect(error.message.contains("Encryption"))
                }
            }
        }
    }
#endif

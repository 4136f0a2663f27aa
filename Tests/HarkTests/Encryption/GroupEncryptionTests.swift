import Hark
import HarkProtocol
import HarkWire
import Testing

struct GroupEncryptionTests {
    private static let group = DatagramAddress(ipv4: 0xEF01_0203, port: 5_555)
    private static let all: [GroupEncryption] = [
        .passphrase("hunter2hunter2"), .keys([1: .passphrase("hunter2hunter2"), 2: .bytes([104, 117])], sealing: 1),
        .legacyAES128(passphrase: "hunter2hunter2"),
    ]

    @Test func `nothing that is printed of an encryption contains its secret`() {
        #expect(
            Self.all.map { "\($0)" } == [
                "GroupEncryption(keys 0, sealing 0)", "GroupEncryption(keys 1, 2, sealing 1)",
                "GroupEncryption(legacyAES128)",
            ])
        let texts = printed(Self.all) + Self.all.flatMap { printed($0) } + printed(["key": Self.all.first])
        for secret in ["hunter2", "104, 117"] { #expect(!texts.contains { $0.contains(secret) }) }
    }

    #if Encryption
        private static let raw = GroupKey.bytes(0..<32)

        /// Why there is no cipher.
        private func refusal(_ encryption: GroupEncryption) async -> HarkError? {
            do {
                _ = try await encryption.makeCipher(group: Self.group)
                return nil
            } catch { return error }
        }

        @Test(
            arguments: [
                (.passphrase(""), "the passphrase of key 0 is empty; anybody could guess it"),
                (.keys([3: .bytes(0..<16)], sealing: 3), "key 3 has 16 bytes; give it 32"),
                (.keys([3: .bytes(0..<32)], sealing: 4), "there is no key 4 to seal with; add it first"),
                (.keys([:], sealing: 0), "there is no key 0 to seal with; add it first"),
            ] as [(GroupEncryption, String)])
        func `what is no key is refused with the reason`(encryption: GroupEncryption, reason: String) async {
            let error = await refusal(encryption)
            #expect(error?.code == .invalidOptions)
            #expect(error?.message == reason)
        }

        @Test func `each wire has its own encryption`() async {
            let native = await refusal(.legacyAES128(passphrase: "a"))
            #expect(native?.code == .unsupported)
            let legacy = #expect(throws: HarkError.self) { try GroupEncryption.passphrase("a").makeEventcastCipher() }
            #expect(legacy?.code == .unsupported)
            let empty = #expect(throws: HarkError.self) {
                try GroupEncryption.legacyAES128(passphrase: "").makeEventcastCipher()
            }
            #expect(empty?.code == .invalidOptions)
        }

        @Test func `a cipher has the keys that were chosen`() async throws {
            let cipher = try await GroupEncryption.keys([9: Self.raw, 2: Self.raw], sealing: 9).makeCipher(
                group: Self.group)
            #expect(cipher.openingKeys == [2, 9])
            #expect(cipher.sealingKey == 9)
            #expect(cipher.tagByteCount == 16)
        }

        @EventLoop
        private final class Turns {
            var count = 0
            var isCounting = true
        }

        @EventLoop @Test func `a passphrase is made a key while the loop goes on`() async throws {
            let turns = Turns()
            let counting = Task { @EventLoop in
                while turns.isCounting {
                    turns.count += 1
                    await Task.yield()
                }
            }
            let cipher = try await GroupEncryption.passphrase("correct horse").makeCipher(group: Self.group)
            turns.isCounting = false
            await counting.value
            #expect(cipher.sealingKey == 0)
            // It would be one or none if the loop had to wait.
            #expect(turns.count > 10)
        }
    #endif
}

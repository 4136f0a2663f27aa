#if Encryption
    import Crypto
    import HarkProtocol
    package import HarkWire

    /// The keys of a native group: AES-256-GCM, whose tag has 16 bytes.
    ///
    /// A key is known by its number. Each sender has one of its own, made of it, so that two senders never meet with
    /// the same key and nonce; the nonce is four zero bytes and the sender's counter, big-endian. ChaCha20-Poly1305 was
    /// measured too: 1.4 times as slow for datagrams of 1 400 bytes, where the processor has instructions for AES.
    ///
    ///     PRK = HKDF-Extract(salt: "hark multicast 1 group" ‖ group, secret)
    ///     key = HKDF-Expand(PRK, "hark multicast 1 datagram" ‖ number ‖ sender, 32)
    package final class GroupKeyring: RotatingCipher {
        /// A key with what became of it.
        private struct Entry {
            let root: KeyRoot
            var isOpened = true
        }

        /// A key in use for sealing.
        private struct Sealing {
            let id: UInt8
            let sender: UInt64
            let key: SymmetricKey
        }

        /// 4 096 senders, the key of each 100 bytes or so: groups are smaller, and one that is not makes keys more
        /// often.
        package static let senderCountMax = 4_096

        private static let nonceByteCount = 12

        /// 65 507 bytes are the longest datagram there is over IPv4: more room than this is never needed for opening.
        private static let scratchByteCount = nonceByteCount + 65_535

        private let group: DatagramAddress
        private var entries: [UInt8: Entry] = [:]
        private var senders = RecentSenders<SymmetricKey>(countMax: senderCountMax)
        private var sealing: Sealing?
        /// A nonce, and behind it what is to be opened: it is wanted in one piece.
        private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: scratchByteCount, alignment: 8)

        package let tagByteCount = 16
        package private(set) var sealingKey: UInt8 = 0

        /// Without a key yet: `add` one and `activate` it before anything else.
        ///
        /// - Parameter group: is part of all keys, so that a secret that is used twice gives no key twice.
        package init(group: DatagramAddress) { self.group = group }

        deinit {
            // What was opened is in other memory: here is only what everybody has seen.
            scratch.deallocate()
        }

        /// How many senders' keys are remembered.
        package var senderCount: Int { senders.count }
    }

    // MARK: - Keys

    extension GroupKeyring {
        package var openingKeys: [UInt8] { entries.filter(\.value.isOpened).keys.sorted() }

        package func add(_ key: GroupKey, as id: UInt8) async throws(HarkError) {
            try checkIsFree(id)
            let secret: SymmetricKey
            switch key.source {
            case .bytes(let bytes):
                guard bytes.count == GroupKey.byteCount else {
                    throw HarkError(
                        .invalidOptions, "key \(id) has \(bytes.count) bytes; give it \(GroupKey.byteCount)")
                }
                secret = SymmetricKey(data: bytes)
            case .passphrase(let passphrase):
                guard !passphrase.isEmpty else {
                    throw HarkError(.invalidOptions, "the passphrase of key \(id) is empty; anybody could guess it")
                }
                secret = try await KeyDerivation.secret(of: passphrase, group: group)
                // Somebody else may have had the same idea meanwhile.
                try checkIsFree(id)
            }
            let root = KeyDerivation.extract(secret, salt: KeyDerivation.salt(" group", group))
            entries[id] = Entry(root: KeyRoot(root, info: Array((KeyDerivation.label + " datagram").utf8) + [id]))
            if sealing?.id == id { sealing = nil }
        }

        private func checkIsFree(_ id: UInt8) throws(HarkError) {
            if entries[id]?.isOpened == true {
                throw HarkError(
                    .duplicate, "there is a key \(id); give the other one another number, or retire it first")
            }
        }

        package func activate(_ id: UInt8) throws(HarkError) {
            guard entries[id]?.isOpened == true else {
                throw HarkError(.invalidOptions, "there is no key \(id) to seal with; add it first")
            }
            sealingKey = id
        }

        package func retire(_ id: UInt8) throws(HarkError) {
            guard entries[id]?.isOpened == true else {
                throw HarkError(.invalidOptions, "there is no key \(id) to retire")
            }
            guard id != sealingKey else {
                throw HarkError(.invalidOptions, "key \(id) is the one to seal with; activate another first")
            }
            entries[id]?.isOpened = false
            senders.removeAll(key: id)
        }
    }

    // MARK: - Datagrams

    extension GroupKeyring {
        package func seal(
            _ text: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64,
            key id: UInt8,
            into output: UnsafeMutableRawBufferPointer
        ) {
            do {
                let box = try AES.GCM.seal(
                    text, using: sealingKey(id, of: sender), nonce: Self.nonce(counter), authenticating: header)
                guard let sealed = box.combined else { preconditionFailure("a nonce of another length") }
                output.copyBytes(from: sealed.dropFirst(Self.nonceByteCount))
            } catch {
                // The key and the nonce have the right lengths; and nothing may leave that is not sealed.
                preconditionFailure("cannot seal: \(error)")
            }
        }

        package func open(
            _ sealed: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64,
            key id: UInt8, into output: UnsafeMutableRawBufferPointer
        ) -> Int? {
            guard let entry = entries[id], entry.isOpened, sealed.count >= tagByteCount,
                sealed.count <= scratch.count - Self.nonceByteCount
            else { return nil }
            let known = senders.find(sender, key: id)
            let key = known ?? entry.root.key(of: sender)

            scratch.storeBytes(of: 0, as: UInt32.self)
            scratch.storeBytes(of: counter.bigEndian, toByteOffset: 4, as: UInt64.self)
            scratch[Self.nonceByteCount...].copyBytes(from: sealed)
            let whole = UnsafeRawBufferPointer(rebasing: scratch[..<(Self.nonceByteCount + sealed.count)])
            guard let box = try? AES.GCM.SealedBox(combined: whole),
                let text = try? AES.GCM.open(box, using: key, authenticating: header)
            else { return nil }

            // Only who has the secret is remembered: strangers cannot make us forget members.
            if known == nil { senders.insert(key, sender, key: id) }
            output.copyBytes(from: text)
            return text.count
        }

        private func sealingKey(_ id: UInt8, of sender: UInt64) -> SymmetricKey {
            if let sealing, sealing.id == id, sealing.sender == sender { return sealing.key }
            guard let entry = entries[id] else { preconditionFailure("sealing with key \(id), which was never added") }
            let key = entry.root.key(of: sender)
            sealing = Sealing(id: id, sender: sender, key: key)
            return key
        }

        private static func nonce(_ counter: UInt64) throws -> AES.GCM.Nonce {
            try withUnsafeTemporaryAllocation(byteCount: nonceByteCount, alignment: 8) { bytes in
                bytes.storeBytes(of: 0, as: UInt32.self)
                bytes.storeBytes(of: counter.bigEndian, toByteOffset: 4, as: UInt64.self)
                return try AES.GCM.Nonce(data: UnsafeRawBufferPointer(bytes))
            }
        }
    }

    extension GroupKeyring: CustomStringConvertible, CustomReflectable {
        /// The numbers of its keys.
        package var description: String { "GroupKeyring(keys \(openingKeys), sealing \(sealingKey))" }

        /// Shows nothing: logs and dumps are read by people who do not belong to the group.
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
#endif

import HarkProtocol

/// Stands in for a real cipher: what it seals does not open after any change. It hides nothing from anybody.
final class NativeGroupTestCipher: GroupCipher {
    let tagByteCount = 8
    var sealingKey: UInt8
    var keys: [UInt8: UInt64]
    /// What was sealed, to find a counter that is used twice.
    private(set) var used: Set<[UInt64]> = []
    private(set) var isReused = false

    init(_ keys: [UInt8: UInt64], sealingKey: UInt8 = 1) {
        self.keys = keys
        self.sealingKey = sealingKey
    }

    func seal(
        _ text: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64, key: UInt8,
        into output: UnsafeMutableRawBufferPointer
    ) {
        if !used.insert([UInt64(key), sender, counter]).inserted { isReused = true }
        let secret = keys[key] ?? 0
        for (index, byte) in text.enumerated() { output[index] = byte ^ UInt8(truncatingIfNeeded: secret &+ counter) }
        let tag = Self.tag(text, header, [secret, sender, counter])
        output.storeBytes(of: tag, toByteOffset: text.count, as: UInt64.self)
    }

    func open(
        _ sealed: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64, key: UInt8,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let secret = keys[key] else { return nil }
        let count = sealed.count - tagByteCount
        let text = sealed[..<count].map { $0 ^ UInt8(truncatingIfNeeded: secret &+ counter) }
        let tag = text.withUnsafeBytes { Self.tag($0, header, [secret, sender, counter]) }
        guard tag == sealed.loadUnaligned(fromByteOffset: count, as: UInt64.self) else { return nil }
        output.copyBytes(from: text)
        return count
    }

    private static func tag(
        _ text: UnsafeRawBufferPointer, _ header: UnsafeRawBufferPointer, _ words: [UInt64]
    ) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in words { hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15 ^ hash >> 29 }
        for bytes in [header, text] { for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 } }
        return hash
    }
}

/// Seals what this member sends, and opens what others send, if the group is encrypted.
struct NativeGroupSeal {
    let cipher: (any GroupCipher)?
    /// Counts every datagram that was ever sealed here. Not begun anew: a number is never used twice with a key.
    private var counter: UInt64 = 0

    init(_ cipher: (any GroupCipher)?) { self.cipher = cipher }

    /// How many bytes longer a datagram becomes.
    var byteCount: Int {
        guard let cipher else { return 0 }
        return NativeGroupHeader.sealedByteCount - NativeGroupHeader.byteCount + cipher.tagByteCount
    }

    /// Writes a datagram to `output` as it shall leave.
    ///
    /// - Parameters:
    ///   - datagram: with its plain header.
    ///   - isRepair: whether it is sent again.
    /// - Returns: how long it has become.
    mutating func seal(
        _ datagram: UnsafeRawBufferPointer, _ kind: NativeGroupKind, isRepair: Bool = false, group: UInt32,
        sender: UInt64, with cipher: any GroupCipher, into output: UnsafeMutableRawPointer
    ) -> Int {
        let key = cipher.sealingKey
        var header = NativeGroupHeader(kind, group: group, sender: sender, key: key, counter: counter)
        header.isRepair = isRepair
        header.write(to: output)
        let text = UnsafeRawBufferPointer(rebasing: datagram[NativeGroupHeader.byteCount...])
        let room = UnsafeMutableRawBufferPointer(
            start: output + header.byteCount, count: text.count + cipher.tagByteCount)
        cipher.seal(
            text, header: UnsafeRawBufferPointer(start: output, count: header.byteCount), sender: sender,
            counter: counter, key: key, into: room)
        counter += 1
        return header.byteCount + room.count
    }
}

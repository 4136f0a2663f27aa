/// Encrypts and opens the datagrams of a native group: an AEAD with several keys. Implemented above, where cryptography
/// may be imported.
///
/// A datagram's nonce is made of the sender and a counter that the sender never uses twice with a key.
package protocol GroupCipher: AnyObject {
    /// How many bytes longer the sealed text is: the tag.
    var tagByteCount: Int { get }

    /// The number of the key to seal with. It may change at any time: keys are rotated.
    var sealingKey: UInt8 { get }

    /// Encrypts `text` and writes ciphertext and tag to `output`, which has room for both and does not overlap.
    ///
    /// - Parameter header: is not encrypted, and part of what the tag protects.
    func seal(
        _ text: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64, key: UInt8,
        into output: UnsafeMutableRawBufferPointer)

    /// Opens ciphertext and tag into `output`, which has room for the text.
    ///
    /// - Returns: the length of the text; nil when the key is unknown, or anything was changed. Nothing of the text is
    ///   in `output` then.
    func open(
        _ sealed: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer, sender: UInt64, counter: UInt64, key: UInt8,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int?
}

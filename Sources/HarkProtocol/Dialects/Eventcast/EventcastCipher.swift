/// The encryption of the original, AES-128-CBC with a fixed key and IV. Implemented above, where cryptography may be
/// imported.
package protocol EventcastCipher: AnyObject {
    /// Adds the padding and encrypts.
    func encrypt(_ text: UnsafeRawBufferPointer) -> [UInt8]

    /// Decrypts and takes the padding off; nil when the length or the padding is wrong, as with another key.
    func decrypt(_ ciphertext: UnsafeRawBufferPointer) -> [UInt8]?
}

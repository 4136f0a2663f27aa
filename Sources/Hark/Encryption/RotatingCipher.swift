package import HarkProtocol

/// A group's cipher whose keys can be exchanged while it is in use, without a gap: each member first adds the new key,
/// which it opens with from then on; when all have, one after the other activates it, which it seals with from then on;
/// and when nothing that was sealed with the old one can be under way any more, it retires that.
///
/// Used on the loop, as the machine that it seals for.
package protocol RotatingCipher: GroupCipher {
    /// The numbers of the keys that are opened with, in ascending order.
    var openingKeys: [UInt8] { get }

    /// Opens with one more key from now on. A passphrase is made a key on another thread, which takes a while.
    ///
    /// - Throws: `.duplicate` when a key of that number is opened with; `.invalidOptions` when it is no key.
    func add(_ key: GroupKey, as id: UInt8) async throws(HarkError)

    /// Seals with this key from now on, and still opens with the one before.
    ///
    /// - Throws: `.invalidOptions` when it is not opened with.
    func activate(_ id: UInt8) throws(HarkError)

    /// Opens with this key no more. What was sealed with it and is sent once more still leaves.
    ///
    /// - Throws: `.invalidOptions` when it is not there, or is the one to seal with.
    func retire(_ id: UInt8) throws(HarkError)
}

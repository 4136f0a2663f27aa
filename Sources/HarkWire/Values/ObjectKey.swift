/// A key of an object, compared by its UTF-8.
///
/// `String` compares by canonical equivalence and hashes accordingly. A peer could then choose any number of
/// different keys with one hash; of bytes it cannot, the hash being seeded per process.
@usableFromInline
struct ObjectKey: Hashable {
    @usableFromInline let text: String

    @inlinable init(_ text: String) { self.text = text }

    @inlinable
    static func == (one: Self, other: Self) -> Bool {
        // Equal bytes are always canonically equal, so the quick comparisons settle nearly every case.
        one.text.utf8.count == other.text.utf8.count && one.text == other.text
            && one.text.utf8.elementsEqual(other.text.utf8)
    }

    @inlinable
    func hash(into hasher: inout Hasher) {
        ByteWriter.withUTF8(of: text) { hasher.combine(bytes: $0) }
    }
}

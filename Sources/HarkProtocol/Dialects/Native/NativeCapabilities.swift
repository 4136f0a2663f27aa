/// What one side can do beyond events and requests.
///
/// Both sides do what both can; bits that one does not know do not count.
package struct NativeCapabilities: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A connection may continue the session of one that broke.
    package static let sessions = NativeCapabilities(rawValue: 1 << 0)
    /// The shared store: frames of kind `data`.
    package static let data = NativeCapabilities(rawValue: 1 << 1)
    /// Events are passed on between nodes and carry their origin.
    package static let mesh = NativeCapabilities(rawValue: 1 << 2)
}

/// What a wire can carry besides events.
struct DialectFeatures: OptionSet, Sendable {
    let rawValue: UInt8

    /// The other side tells what it has processed.
    static let acknowledgements = DialectFeatures(rawValue: 1 << 0)
    /// Values that both sides share.
    static let data = DialectFeatures(rawValue: 1 << 1)
    /// Values can be removed as well.
    static let removal = DialectFeatures(rawValue: 1 << 2)
    /// Requests and their replies, and pings.
    static let requests = DialectFeatures(rawValue: 1 << 3)

    /// All of it: native.
    static let all: DialectFeatures = [.acknowledgements, .data, .removal, .requests]
}

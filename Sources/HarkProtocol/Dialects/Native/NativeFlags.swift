/// The upper three bits of a frame's first byte.
struct NativeFlags: OptionSet {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Those of a frame that begins with this byte.
    init(_ first: UInt8) { rawValue = first & ~NativeKind.mask }

    static let optional = NativeFlags(rawValue: NativeKind.optional)
    static let headers = NativeFlags(rawValue: NativeKind.headers)
    static let origin = NativeFlags(rawValue: NativeKind.origin)
}

extension NativeKind {
    /// Whether a frame of this kind may have these flags.
    func allows(_ flags: NativeFlags) -> Bool {
        switch self {
        case .event, .namedEvent, .volatile, .namedVolatile: true
        case .request, .namedRequest, .reply: !flags.contains(.origin)
        case .hello, .welcome, .goodbye, .name, .ack, .settled, .failure, .ping, .pong, .data, .flush,
            .storm:
            flags.isDisjoint(with: [.origin, .headers])
        }
    }
}

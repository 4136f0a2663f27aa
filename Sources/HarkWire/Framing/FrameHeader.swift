/// The four bytes before each frame of the native protocol, little-endian.
///
/// ```
///  0        8                              32
///  ├────────┼──────────────────────────────┤
///  │  kind  │  length of the body in bytes │
///  └────────┴──────────────────────────────┘
/// ```
@usableFromInline
package struct FrameHeader: Equatable {
    /// In bytes.
    @inlinable package static var byteCount: Int { 4 }
    /// 16 MiB less one byte: what 24 bits can say.
    @inlinable package static var bodyByteCountMax: Int { 1 << 24 - 1 }

    @usableFromInline package let rawValue: UInt32

    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable
    package init(kind: UInt8, bodyByteCount: Int) {
        assert(bodyByteCount <= Self.bodyByteCountMax)
        rawValue = UInt32(kind) | UInt32(truncatingIfNeeded: bodyByteCount) &<< 8
    }

    @inlinable package var kind: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
    @inlinable package var bodyByteCount: Int { Int(rawValue &>> 8) }
}

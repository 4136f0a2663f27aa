/// What one side accepts, told to the other in `hello` and `welcome`.
package struct NativeLimits: Equatable, Sendable {
    /// 1 MiB: the longest body of a frame, in bytes.
    package static let frameByteCountDefault = 1 << 20
    /// 8 MiB: counted events sent and not acknowledged, in bytes of their frames.
    package static let windowByteCountDefault = 8 << 20
    /// 65 536: counted events sent and not acknowledged.
    package static let windowEventCountDefault = 1 << 16
    /// 4 096 names with a number; with 255 bytes each that is 1 MiB per connection. Beyond, names travel in full.
    package static let nameCountDefault = 4_096
    /// 255 bytes: the longest event name.
    package static let nameByteCountMax = 255
    /// 8 KiB: the longest frame before the handshake is complete.
    package static let handshakeByteCountMax = 8 << 10

    package var frameByteCount = frameByteCountDefault
    package var windowByteCount = windowByteCountDefault
    package var windowEventCount = windowEventCountDefault
    package var nameCount = nameCountDefault

    package init() {}
}

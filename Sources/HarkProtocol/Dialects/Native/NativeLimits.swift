internal import HarkWire

/// What one side accepts, told to the other in `hello` and `welcome`.
@usableFromInline
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
    /// 1 KiB: the longest text in a goodbye, a refusal or a settlement. Enough for a sentence and a path.
    package static let textByteCountMax = 1 << 10
    /// 64 KiB of control frames that wait for the socket. A side that pings without reading gets no more pongs.
    package static let controlByteCountMax = 64 << 10

    // Four bytes each: every connection keeps several of these. Nobody has room for 4 GiB.
    @usableFromInline var frameBytes = UInt32(frameByteCountDefault)
    private var windowBytes = UInt32(windowByteCountDefault)
    private var windowEvents = UInt32(windowEventCountDefault)
    private var names = UInt32(nameCountDefault)

    @usableFromInline package var frameByteCount: Int {
        @inlinable get { Int(frameBytes) }
        set { frameBytes = UInt32(clamping: newValue) }
    }

    package var windowByteCount: Int {
        get { Int(windowBytes) }
        set { windowBytes = UInt32(clamping: newValue) }
    }

    package var windowEventCount: Int {
        get { Int(windowEvents) }
        set { windowEvents = UInt32(clamping: newValue) }
    }

    package var nameCount: Int {
        get { Int(names) }
        set { names = UInt32(clamping: newValue) }
    }

    package init() {}

    init(reading map: NativeMap?) throws(NativeViolation) {
        guard let map else { return }
        // What needs more than the 24 bits of a length cannot be sent anyway.
        frameByteCount = min(
            try map.count("frame", or: frameByteCount, atLeast: 1), FrameHeader.bodyByteCountMax)
        windowByteCount = try map.count("bytes", or: windowByteCount, atLeast: 1)
        windowEventCount = try map.count("events", or: windowEventCount, atLeast: 1)
        nameCount = try map.count("names", or: nameCount)
    }

    func write(to output: inout ByteWriter) {
        CBORWriter.writeObjectHead(count: 4, to: &output)
        CBORWriter.write("frame", to: &output)
        CBORWriter.write(UInt64(frameByteCount), to: &output)
        CBORWriter.write("bytes", to: &output)
        CBORWriter.write(UInt64(windowByteCount), to: &output)
        CBORWriter.write("events", to: &output)
        CBORWriter.write(UInt64(windowEventCount), to: &output)
        CBORWriter.write("names", to: &output)
        CBORWriter.write(UInt64(nameCount), to: &output)
    }

    /// The beginning of `text` that `textByteCountMax` bytes hold, in whole characters.
    package static func shortened(_ text: String) -> String {
        guard text.utf8.count > textByteCountMax else { return text }
        var short = ""
        var byteCount = 0
        for character in text {
            byteCount += character.utf8.count
            guard byteCount <= textByteCountMax else { break }
            short.append(character)
        }
        return short
    }
}

internal import CContest
internal import NIOCore

/// Cuts frames out of what was read. Only the start of a frame whose end is missing is ever copied.
struct Frames: ~Copyable {
    private var carry = ByteBuffer()

    /// Calls `body` for the payload of each complete frame.
    @inline(__always)
    mutating func read(_ buffer: ByteBuffer, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard carry.readableBytes > 0 else {
            let used = Self.cut(buffer, body)
            if used < buffer.readableBytes {
                carry.clear()
                carry.writeBytes(buffer.readableBytesView.dropFirst(used))
            }
            return
        }
        // Complete the carried frame on its own, so that the rest is decoded where it lies.
        var buffer = buffer
        while carry.readableBytes > 0, buffer.readableBytes > 0 {
            let missing = Self.missing(carry)
            guard var part = buffer.readSlice(length: min(missing, buffer.readableBytes)) else { break }
            carry.writeBuffer(&part)
            if Self.cut(carry, body) > 0 { carry.clear() }
        }
        if buffer.readableBytes > 0 { read(buffer, body) }
    }

    /// How many bytes complete the length of a frame or, if that is there, the frame.
    private static func missing(_ carry: ByteBuffer) -> Int {
        guard let size = carry.getInteger(at: carry.readerIndex, endianness: .little, as: UInt32.self) else {
            return 4 - carry.readableBytes
        }
        return 4 + Int(size) - carry.readableBytes
    }

    @inline(__always)
    private static func cut(_ buffer: ByteBuffer, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        buffer.withUnsafeReadableBytes { bytes in
            var at = 0
            while bytes.count - at >= 4 {
                let size = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
                guard bytes.count - at - 4 >= size else { break }
                body(UnsafeRawBufferPointer(rebasing: bytes[(at + 4)..<(at + 4 + size)]))
                at += 4 + size
            }
            return at
        }
    }

    /// Adds as many frames of `payload` as fit into `count` messages and the capacity that is left. Returns how many.
    @inline(__always)
    static func write(_ payload: [UInt8], upTo count: Int, into buffer: inout ByteBuffer) -> Int {
        let frameByteCount = 4 + payload.count
        let fitting = min(count, buffer.writableBytes / frameByteCount)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: fitting * frameByteCount) { bytes in
            payload.withUnsafeBytes { payload in
                var at = 0
                for _ in 0..<fitting {
                    bytes.storeBytes(of: UInt32(payload.count).littleEndian, toByteOffset: at, as: UInt32.self)
                    UnsafeMutableRawBufferPointer(rebasing: bytes[(at + 4)...]).copyMemory(from: payload)
                    at += frameByteCount
                }
                return at
            }
        }
        return fitting
    }
}

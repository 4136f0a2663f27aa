internal import CContest
internal import NIOCore

/// Cuts frames out of what was read. Only the start of a frame whose end is missing is ever copied.
struct Frames: ~Copyable {
    /// The listener: called for the payload of each frame, which is valid until it returns.
    typealias OnFrame = (UnsafeRawBufferPointer) -> Void

    private var carry = ByteBuffer()

    /// Calls `body` for each complete frame.
    mutating func read(_ buffer: ByteBuffer, _ body: OnFrame) {
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

    private static func cut(_ buffer: ByteBuffer, _ body: OnFrame) -> Int {
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

    /// Adds one frame. Returns false, and adds nothing, when the memory of the buffer is full.
    @inline(__always)
    static func write(_ payload: UnsafeRawBufferPointer, into buffer: inout ByteBuffer) -> Bool {
        let frameByteCount = 4 + payload.count
        guard buffer.writableBytes >= frameByteCount else { return false }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: frameByteCount) { bytes in
            bytes.storeBytes(of: UInt32(payload.count).littleEndian, as: UInt32.self)
            UnsafeMutableRawBufferPointer(rebasing: bytes[4...]).copyMemory(from: payload)
            return frameByteCount
        }
        return true
    }
}

extension UnsafeMutableRawPointer {
    /// Writes a number as unsigned LEB128, for which there is room.
    ///
    /// - Returns: how many bytes it takes.
    @inline(__always)
    func storeLEB128(_ value: UInt64) -> Int {
        var rest = value
        var count = 0
        while rest >= 0x80 {
            storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            rest &>>= 7
            count += 1
        }
        storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        return count + 1
    }

    /// How many bytes that would be.
    @inline(__always)
    static func byteCountOfLEB128(_ value: Int) -> Int {
        value < 0x80 ? 1 : value < 0x4000 ? 2 : (Int.bitWidth - value.leadingZeroBitCount + 6) / 7
    }
}

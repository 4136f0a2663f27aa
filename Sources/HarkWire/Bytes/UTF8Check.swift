/// Tells whether bytes are UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF.
@usableFromInline
package enum UTF8Check {
    /// The top bit of each of eight bytes.
    @usableFromInline static let topBits: UInt64 = 0x8080_8080_8080_8080

    @inlinable
    package static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard var cursor = bytes.baseAddress else { return true }
        let end = cursor + bytes.count
        guard bytes.count >= 8 else { return UInt64(few: cursor, bytes.count) & topBits == 0 }
        var seen: UInt64 = 0
        while cursor + 8 <= end {
            seen |= cursor.loadUnaligned(as: UInt64.self)
            cursor += 8
        }
        // The last word may overlap the one before it: cheaper than a loop over what is left.
        seen |= (end - 8).loadUnaligned(as: UInt64.self)
        return seen & topBits == 0
    }

    @inlinable
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isASCII(bytes) || isValidBeyondASCII(bytes)
    }

    @usableFromInline @inline(never)
    package static func isValidBeyondASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & topBits == 0
            {
                index += 8
                continue
            }
            guard let length = sequenceLength(bytes, at: index) else { return false }
            index += length
        }
        return true
    }

    /// How many bytes the code point at `index` takes, or nil when it is not one.
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
        let first = bytes[index]
        let left = bytes.count - index
        func follows(_ offset: Int, _ allowed: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            allowed.contains(bytes[index + offset])
        }
        switch first {
        case 0x00...0x7F:
            return 1
        case 0xC2...0xDF:
            return left >= 2 && follows(1) ? 2 : nil
        case 0xE0...0xEF:
            // The second byte rules out overlong forms (after E0) and surrogates (after ED).
            let second: ClosedRange<UInt8> = first == 0xE0 ? 0xA0...0xBF : first == 0xED ? 0x80...0x9F : 0x80...0xBF
            return left >= 3 && follows(1, second) && follows(2) ? 3 : nil
        case 0xF0...0xF4:
            let second: ClosedRange<UInt8> = first == 0xF0 ? 0x90...0xBF : first == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            return left >= 4 && follows(1, second) && follows(2) && follows(3) ? 4 : nil
        default:
            return nil
        }
    }
}

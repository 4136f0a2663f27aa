/// Why bytes are not CBOR that Hark accepts, and where.
@usableFromInline
package struct CBORError: Error, Hashable, CustomStringConvertible {
    @usableFromInline
    package enum Reason: Hashable, Sendable {
        case truncated
        case reserved(initialByte: UInt8)
        case lengthBeyondEnd
        case strayBreak
        case badChunk
        case badUTF8
        case keyNotText
        case unknownSimple
        case trailingBytes
        case tooDeep
        case overBudget
        /// In what has to be written where zero bytes end it; the reader does not mind.
        case zeroByte
    }

    @usableFromInline package let reason: Reason
    /// In bytes from the first one read.
    @usableFromInline package let offset: Int

    @usableFromInline
    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    @usableFromInline package var description: String {
        switch reason {
        case .truncated: "the data ends at byte \(offset), in the middle of an item"
        case .reserved(let byte): "the initial byte \(byte) at byte \(offset) is reserved"
        case .lengthBeyondEnd: "the length before byte \(offset) reaches beyond the end of the data"
        case .strayBreak: "a break stands at byte \(offset), where an item was expected"
        case .badChunk: "a chunk of another kind stands at byte \(offset) in a string of unknown length"
        case .badUTF8: "the text before byte \(offset) is not UTF-8"
        case .keyNotText: "a key that is not text stands at byte \(offset)"
        case .unknownSimple: "an unassigned simple value stands at byte \(offset)"
        case .trailingBytes: "there are more bytes after the value, from byte \(offset) on"
        case .tooDeep: "arrays and objects are nested deeper than \(Value.depthMax) levels at byte \(offset)"
        case .overBudget: "decoding would take more than \(Value.memoryFactor) times the memory of the data"
        case .zeroByte: "the key or regular expression before byte \(offset) has a zero byte, which BSON cannot hold"
        }
    }
}

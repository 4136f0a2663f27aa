/// Why bytes are not BSON that Hark accepts, and where.
package struct BSONError: Error, Hashable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case truncated
        case wrongLength
        case unterminated
        case unknownKind(UInt8)
        case badUTF8
        case badBool
        case expected(BSONKind)
        case tooDeep
    }

    package let reason: Reason
    /// In bytes from the start of the outermost document.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        switch reason {
        case .truncated: "the document ends in the middle of the element at byte \(offset)"
        case .wrongLength: "the length at byte \(offset) does not fit what is there"
        case .unterminated: "expected a zero byte at the end of what begins at byte \(offset)"
        case .unknownKind(let byte): "an element of the unknown kind \(byte) stands at byte \(offset)"
        case .badUTF8: "the text at byte \(offset) is not UTF-8"
        case .badBool: "expected 0 or 1 at byte \(offset)"
        case .expected(let kind): "expected a value of the kind \(kind) at byte \(offset)"
        case .tooDeep: "documents are nested deeper than \(Value.depthMax) levels at byte \(offset)"
        }
    }
}

/// Why a text is not JSON that Hark accepts, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case expected(String)
        case trailing
        case badEscape
        case loneSurrogate
        case controlCharacter
        case badUTF8
        case byteOrderMark
        case numberOverflows
        case badBase64
        case tooDeep(limit: Int)
        case tooLong(limit: Int)
        case overBudget
    }

    package let reason: Reason
    /// In bytes from the start of the text.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        switch reason {
        case .expected(let what): "expected \(what) at byte \(offset)"
        case .trailing: "expected the end of the text after the value, at byte \(offset)"
        case .badEscape: "expected one of \" \\ / b f n r t or u and four hex digits after \\ at byte \(offset)"
        case .loneSurrogate: "expected the other half of a surrogate pair at byte \(offset)"
        case .controlCharacter: "expected an escape for the control character at byte \(offset)"
        case .badUTF8: "expected UTF-8 in the string that ends at byte \(offset)"
        case .byteOrderMark: "expected a value, found a byte order mark"
        case .numberOverflows: "expected a number below 1.8e308 at byte \(offset)"
        case .badBase64: "expected base64 in the $bytes before byte \(offset)"
        case .tooDeep(let limit): "expected at most \(limit) levels of arrays and objects, at byte \(offset)"
        case .tooLong(let limit): "expected a text of at most \(limit) bytes"
        case .overBudget: "decoding would take more than \(Value.memoryFactor) times the memory of the text"
        }
    }
}

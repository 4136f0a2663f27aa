/// What a framing can find wrong between the messages of a stream, and with how they are delimited.
package enum StructuralError: UInt8, Error, Hashable, Sendable, CustomStringConvertible {
    case strayByte
    case doubledComma
    case missingComma
    case mismatchedBracket
    case surplusBracket
    case controlCharacter
    case brokenLiteral
    /// Deeper than `JSONStreamFraming.depthMax`.
    case tooDeep

    package var description: String {
        switch self {
        case .strayByte: "a byte that belongs to no value"
        case .doubledComma: "a comma without a value before it"
        case .missingComma: "a value without a comma before it"
        case .mismatchedBracket: "a closing bracket of the other kind"
        case .surplusBracket: "a closing bracket without an opening one"
        case .controlCharacter: "a control character in a string"
        case .brokenLiteral: "a word that is neither true, false, null nor a number"
        case .tooDeep: "more than \(JSONStreamFraming.depthMax) levels of arrays and objects"
        }
    }
}

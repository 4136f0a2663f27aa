/// Fits the names of events, token by token. The tokens of a name are what its dots separate; they may be empty.
struct EventPattern {
    enum Token: Hashable {
        case literal([UInt8])
        /// One token, whatever it is.
        case one
        /// One token or more, to the end.
        case rest
    }

    /// The pattern that fits every name.
    static let everything = ">"

    /// As it was written.
    let text: String
    let tokens: [Token]

    /// - Throws: `HarkError` with code `.invalidPattern` and a sentence that says what to write.
    init(_ text: String) throws(HarkError) {
        guard !text.isEmpty else { throw Self.invalid(text, "it is empty; write \">\" for every name") }
        let parts = Self.tokens(of: text)
        var tokens: [Token] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case []: throw Self.invalid(text, "a token is empty; write \"*\" for a token that may be anything")
            case [UInt8(ascii: "*")]: tokens.append(.one)
            case [UInt8(ascii: ">")]:
                guard index == parts.count - 1 else {
                    throw Self.invalid(text, "\">\" fits all that follows and comes last; write \"*\" for one token")
                }
                tokens.append(.rest)
            default:
                guard !part.contains(UInt8(ascii: "*")), !part.contains(UInt8(ascii: ">")) else {
                    throw Self.invalid(
                        text, "\"*\" and \">\" stand for whole tokens; listen to a name that has them with on(_:)")
                }
                tokens.append(.literal(part))
            }
        }
        self.text = text
        self.tokens = tokens
    }

    /// What the dots of a name or a pattern separate, as bytes: names are compared byte by byte.
    static func tokens(of text: String) -> [[UInt8]] {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Array($0) }
    }

    private static func invalid(_ text: String, _ reason: String) -> HarkError {
        HarkError(.invalidPattern, "cannot listen to names matching \"\(text)\": \(reason)")
    }
}

/// Finds the values of an endless stream of JSON: the direct children of its top-level arrays and objects, or, in the
/// form of lines, the top-level values themselves. Those are children in what follows, of an array without brackets.
///
/// Several top-level arrays may follow each other, any white space may stand between two tokens, top-level scalars are
/// passed over. A child has ended as soon as its last byte is there: its closing bracket or quote; a number or word
/// ends before the byte after it.
///
/// Looks at no more than it needs to find where a child ends: its brackets and strings. What else may be wrong within
/// one is for who reads it to find. After an error it goes on behind the child where that is well delimited, otherwise
/// behind the next separator as `JSONStreamSeparator` has it, which cannot stand within a string. Of errors that
/// follow each other without a value between them only the first is told.
package struct JSONStreamFraming: MessageFraming {
    /// 67 levels within a child: arguments as deep as they may be, in an array of them, in an object, in a message.
    package static let depthMax = Value.depthMax + 3

    enum State: UInt8 {
        /// Between top-level values.
        case outside
        /// Where a child, a key, the colon behind it, or the comma behind a child is expected.
        case value, key, colon, comma
        /// Within an array or object that is a child, between strings.
        case brackets
        /// Within a string; and behind a backslash in it.
        case string, escape
        case word, number
        /// Nothing makes sense until the next separator.
        case lost
    }

    /// What the string, word or number under way is.
    enum Role: UInt8 {
        case child, key, ignored
    }

    enum Finding: Equatable {
        case child
        case error(StructuralError)
    }

    let form: JSONStreamForm
    var state: State
    var role = Role.ignored
    /// Whether the top-level value is an object.
    var isObject = false
    /// The levels of the child that are open.
    var depth = 0
    /// One bit for each of them, the innermost lowest, set for objects.
    var kinds: UInt128 = 0
    var word: StaticString = "null"
    /// How many bytes of the word have been there.
    var wordByteCount = 0
    /// Whether an error has been told since the last value.
    var isReported = false
    /// Whether the value under way has an error, which has been told: it is passed over.
    var isBroken = false
    /// How many bytes of a separator the last bytes are, while one is looked for.
    var separatorByteCount = 0

    package init(_ form: JSONStreamForm = .array) {
        self.form = form
        state = form == .array ? .outside : .value
    }

    package var isMidMessage: Bool {
        switch state {
        case .brackets, .string, .escape, .word, .number: role == .child && !isBroken
        case .outside, .value, .key, .colon, .comma, .lost: false
        }
    }

    package static var skipsEmptyMessages: Bool { false }

    package mutating func scan(_ input: UnsafeRawBufferPointer) -> FramingScan {
        var begin = isMidMessage ? 0 : -1
        var index = 0
        while index < input.count {
            let finding: Finding?
            if isBroken || state == .lost {
                passBroken(input, &index)
                finding = nil
            } else {
                switch state {
                case .brackets: finding = scanBrackets(input, &index)
                case .string: finding = scanString(input, &index)
                case .escape: finding = scanEscape(input, &index)
                case .word: finding = scanWord(input, &index)
                case .number: finding = scanNumber(input, &index)
                case .outside, .value, .key, .colon, .comma, .lost:
                    let place = index
                    finding = scanBetween(input[index], &index)
                    if isMidMessage { begin = place }
                }
            }
            switch finding {
            case nil: continue
            case .child: return FramingScan(dropped: max(begin, 0), passed: index, .message(trailing: 0))
            case .error(let error):
                // Between children the wrong byte is all there is to show, if it has been passed.
                let dropped = begin >= 0 ? begin : error == .missingComma ? index : index - 1
                return FramingScan(dropped: dropped, passed: index, .malformed(error))
            }
        }
        return FramingScan(dropped: begin >= 0 ? begin : index, passed: index, .needsMore(unsettled: 0))
    }

    /// An error, unless one has been told since the last value.
    mutating func report(_ error: StructuralError) -> Finding? {
        defer { isReported = true }
        return isReported ? nil : .error(error)
    }
}

// MARK: - Between children

extension JSONStreamFraming {
    private mutating func scanBetween(_ byte: UInt8, _ index: inout Int) -> Finding? {
        if Self.isSpace(byte) {
            index += 1
            return nil
        }
        if state == .comma, Self.beginsValue(byte) {
            // The comma is told, the byte looked at again as the beginning that it is.
            state = isObject ? .key : .value
            return report(.missingComma)
        }
        index += 1
        switch byte {
        case UInt8(ascii: "]"), UInt8(ascii: "}"): return close(byte)
        case UInt8(ascii: ","): return passComma()
        case UInt8(ascii: ":") where state == .colon:
            state = .value
            return nil
        case _ where Self.beginsValue(byte): return begin(byte)
        default: return report(.strayByte)
        }
    }

    private mutating func close(_ byte: UInt8) -> Finding? {
        guard state != .outside, form == .array else { return report(.surplusBracket) }
        guard isObject == (byte == UInt8(ascii: "}")) else { return report(.mismatchedBracket) }
        let finding = state == .colon ? report(.strayByte) : nil
        state = .outside
        isReported = false
        return finding
    }

    private mutating func passComma() -> Finding? {
        switch state {
        case .comma:
            state = isObject ? .key : .value
            isReported = false
            return nil
        case .value where form == .lines: return report(.strayByte)
        case .value, .key, .colon:
            state = isObject ? .key : .value
            return report(.doubledComma)
        default: return report(.strayByte)
        }
    }

    private mutating func begin(_ byte: UInt8) -> Finding? {
        let isBracket = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
        switch state {
        case .outside where isBracket:
            isObject = byte == UInt8(ascii: "{")
            state = isObject ? .key : .value
            isReported = false
            return nil
        case .outside: role = .ignored
        case .key:
            guard byte == UInt8(ascii: "\"") else { return report(.strayByte) }
            role = .key
        case .value:
            role = .child
            isReported = false
        default: return report(.strayByte)
        }
        depth = 0
        kinds = 0
        switch byte {
        case UInt8(ascii: "\""): state = .string
        case UInt8(ascii: "["), UInt8(ascii: "{"): return open(byte)
        case UInt8(ascii: "t"): beginWord("true")
        case UInt8(ascii: "f"): beginWord("false")
        case UInt8(ascii: "n"): beginWord("null")
        default: state = .number
        }
        return nil
    }

    private mutating func beginWord(_ word: StaticString) {
        self.word = word
        wordByteCount = 1
        state = .word
    }

    /// Whether a byte is white space of JSON.
    package static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func beginsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""), UInt8(ascii: "-"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): true
        default: false
        }
    }
}

/// Within a child, a key or a value that is passed over.
extension JSONStreamFraming {
    mutating func scanBrackets(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Finding? {
        while index < input.count {
            let byte = input[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                state = .string
                return nil
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if let finding = open(byte) { return finding }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard (kinds & 1 == 1) == (byte == UInt8(ascii: "}")) else {
                    state = .lost
                    separatorByteCount = 0
                    return .error(.mismatchedBracket)
                }
                kinds >>= 1
                depth -= 1
                if depth == 0 { return end() }
            default: break
            }
        }
        return nil
    }

    mutating func open(_ byte: UInt8) -> Finding? {
        state = .brackets
        depth += 1
        kinds = kinds << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
        return depth > Self.depthMax ? spoil(byte, .tooDeep) : nil
    }

    mutating func scanString(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Finding? {
        guard let start = input.baseAddress else { return nil }
        index = JSONScan.plainEnd(from: start + index, to: start + input.count) - start
        guard index < input.count else { return nil }
        let byte = input[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return endString()
        case UInt8(ascii: "\\"):
            state = .escape
            return nil
        default: return spoil(byte, .controlCharacter)
        }
    }

    mutating func scanEscape(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Finding? {
        let byte = input[index]
        index += 1
        state = .string
        return byte < 0x20 ? spoil(byte, .controlCharacter) : nil
    }

    mutating func scanWord(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Finding? {
        while index < input.count {
            let byte = input[index]
            if Self.endsWord(byte) {
                return wordByteCount == word.utf8CodeUnitCount || role == .ignored ? end() : endBroken()
            }
            index += 1
            guard wordByteCount < word.utf8CodeUnitCount, byte == word.utf8Start[wordByteCount] else {
                return endBroken()
            }
            wordByteCount += 1
        }
        return nil
    }

    mutating func scanNumber(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Finding? {
        while index < input.count {
            let byte = input[index]
            if Self.endsWord(byte) { return end() }
            index += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): break
            case UInt8(ascii: "e"), UInt8(ascii: "E"): break
            default: return endBroken()
            }
        }
        return nil
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"): true
        case UInt8(ascii: "\""), UInt8(ascii: ":"): true
        default: isSpace(byte)
        }
    }
}

// MARK: - Ends

extension JSONStreamFraming {
    private mutating func endString() -> Finding? {
        guard depth == 0 else {
            state = .brackets
            return nil
        }
        return end()
    }

    private mutating func end() -> Finding? {
        let isMessage = role == .child && !isBroken
        isBroken = false
        switch role {
        case .child: state = form == .array ? .comma : .value
        case .key: state = .colon
        case .ignored: state = .outside
        }
        return isMessage ? .child : nil
    }

    /// Ends a word that is none. What follows up to the next comma belongs to it.
    private mutating func endBroken() -> Finding? {
        _ = end()
        return report(.brokenLiteral)
    }

    /// Tells of an error in the value under way, which is then passed over.
    private mutating func spoil(_ byte: UInt8, _ error: StructuralError) -> Finding? {
        isBroken = true
        separatorByteCount = 0
        if endsSeparator(byte) { beginAgain() }
        return .error(error)
    }
}

// MARK: - What is broken

extension JSONStreamFraming {
    /// Passes over the value under way, or over everything, up to its end or a separator, whichever comes first.
    mutating func passBroken(_ input: UnsafeRawBufferPointer, _ index: inout Int) {
        while index < input.count, isBroken || state == .lost {
            let byte = input[index]
            index += 1
            if endsSeparator(byte) { beginAgain() } else { passBroken(byte) }
        }
    }

    private mutating func beginAgain() {
        state = isObject ? .key : .value
        isBroken = false
        isReported = false
    }

    private mutating func passBroken(_ byte: UInt8) {
        switch state {
        case .escape: state = .string
        case .string:
            if byte == UInt8(ascii: "\\") { state = .escape }
            if byte == UInt8(ascii: "\"") { _ = endString() }
        case .brackets:
            switch byte {
            case UInt8(ascii: "\""): state = .string
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { _ = end() }
            default: break
            }
        default: break
        }
    }

    private mutating func endsSeparator(_ byte: UInt8) -> Bool {
        switch (separatorByteCount, byte) {
        case (_, UInt8(ascii: "\n")) where form == .lines: return true
        case (2, UInt8(ascii: "\n")):
            separatorByteCount = 0
            return true
        case (_, UInt8(ascii: "\n")): separatorByteCount = 1
        case (1, UInt8(ascii: ",")): separatorByteCount = 2
        default: separatorByteCount = 0
        }
        return false
    }
}

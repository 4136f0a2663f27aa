/// Whole values, and passing over them.
extension CBORReader {
    /// The next item as a value.
    @usableFromInline
    package mutating func readValue() throws(CBORError) -> Value {
        var initial = try readInitial()
        guard initial &>> 5 == 6 else { return try readValue(initial) }
        var tag: UInt64 = 0
        while initial &>> 5 == 6 {
            tag = try readNumber(initial)
            initial = try readInitial()
        }
        let content = try readValue(initial)
        let value = CBORTag.value(tag, content)
        if case .regex = value { try charge(Self.heapByteCount + 2 * MemoryLayout<String>.stride) }
        return value
    }

    @inline(__always)
    private mutating func readValue(_ initial: UInt8) throws(CBORError) -> Value {
        switch initial &>> 5 {
        case 0:
            let number = try readNumber(initial)
            return Int64(exactly: number).map(Value.int) ?? .double(Double(number))
        case 1:
            let number = try readNumber(initial)
            if let magnitude = Int64(exactly: number) { return .int(~magnitude) }
            return .double(number == .max ? -0x1p64 : -Double(number + 1))
        case 2: return .bytes(Bytes(try readByteArray(initial)))
        case 3: return .string(try readText(initial))
        case 4: return .array(try readArray(initial))
        case 5: return .object(try readObject(initial))
        default: return try readSimple(initial)
        }
    }

    private mutating func readSimple(_ initial: UInt8) throws(CBORError) -> Value {
        switch initial {
        case 0xF4: return .bool(false)
        case 0xF5: return .bool(true)
        case 0xF6, 0xF7: return .null
        default:
            guard let double = try readFloat(initial) else { throw simpleError(initial) }
            return .double(double)
        }
    }

    private mutating func readArray(_ initial: UInt8) throws(CBORError) -> [Value] {
        var left = try readContainerHead(initial, ofFields: false)
        if left >= 0 { return try readElements(left) }
        var elements: [Value] = []
        while try next(&left) {
            try charge(2 * MemoryLayout<Value>.stride + (elements.isEmpty ? Self.heapByteCount : 0))
            elements.append(try readValue())
        }
        return elements
    }

    /// The elements of an array that said how many, in memory of their exact number.
    private mutating func readElements(_ count: Int) throws(CBORError) -> [Value] {
        if count > 0 { try charge(count * MemoryLayout<Value>.stride + Self.heapByteCount) }
        var elements: [Value] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try readValue()) }
        leave()
        return elements
    }

    private mutating func readObject(_ initial: UInt8) throws(CBORError) -> Value.Object {
        let fieldByteCount = MemoryLayout<(String, Value)>.stride
        var left = try readContainerHead(initial, ofFields: true)
        let isOpen = left < 0
        if left > 0 { try charge(left * fieldByteCount + Self.heapByteCount) }
        if 0...ObjectBuilder.comparedCountMax ~= left { return try readFields(left) }
        var builder = ObjectBuilder(capacity: Swift.max(left, 0))
        while try next(&left) {
            if isOpen { try charge(2 * fieldByteCount + (builder.isEmpty ? Self.heapByteCount : 0)) }
            let key = try readKey()
            builder.append(key, try readValue())
        }
        return builder.object
    }

    /// The fields of an object of few, in memory of their exact number.
    private mutating func readFields(_ count: Int) throws(CBORError) -> Value.Object {
        var fields: [Value.Object.Field] = []
        fields.reserveCapacity(count)
        for _ in 0..<count {
            let key = try readKey()
            ObjectBuilder.append(key, try readValue(), to: &fields)
        }
        leave()
        return Value.Object(distinct: fields)
    }
}

// MARK: - Passing over

extension CBORReader {
    /// Passes over the next item and checks it on the way: what passed here reads as a value, memory permitting.
    @usableFromInline
    package mutating func skip() throws(CBORError) { try skip(count: 1) }

    /// Checks everything up to the end, as a sequence of items. Returns how many there are.
    package mutating func skipAll() throws(CBORError) -> Int {
        var count = 0
        while !isAtEnd {
            try skip(count: 1)
            count += 1
        }
        return count
    }

    private mutating func skip(count: Int) throws(CBORError) {
        var left = count
        while left > 0 {
            let initial = try readInitial()
            left -= 1
            switch initial &>> 5 {
            case 0, 1: _ = try readNumber(initial)
            case 2, 3: try skipString(initial)
            case 4, 5: try skipContainer(initial)
            case 6:
                _ = try readNumber(initial)
                left += 1
            default: try skipSimple(initial)
            }
        }
    }

    private mutating func skipSimple(_ initial: UInt8) throws(CBORError) {
        switch initial {
        case 0xF4...0xF7: return
        default: if try readFloat(initial) == nil { throw simpleError(initial) }
        }
    }

    private mutating func skipString(_ initial: UInt8) throws(CBORError) {
        let isText = initial &>> 5 == 3
        guard Self.isOpen(initial) else {
            let slice = try readSlice(initial)
            if isText, !UTF8Check.isValid(slice) { throw error(.badUTF8) }
            return
        }
        while let chunk = try readChunk(major: initial &>> 5) {
            if isText, !UTF8Check.isValid(chunk) { throw error(.badUTF8) }
        }
    }

    private mutating func skipContainer(_ initial: UInt8) throws(CBORError) {
        let isObject = initial &>> 5 == 5
        var left = try readContainerHead(initial, ofFields: isObject)
        if !isObject, left > 0 {
            try skip(count: left)
            left = 0
        }
        while try next(&left) {
            if isObject { try skipKey() }
            try skip(count: 1)
        }
    }

    private mutating func skipKey() throws(CBORError) {
        guard let initial = bytes.peek() else { throw error(.truncated) }
        guard initial &>> 5 == 3 else { throw error(.keyNotText) }
        bytes.cursor += 1
        try skipString(initial)
    }
}

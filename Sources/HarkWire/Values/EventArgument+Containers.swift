/// Optionals, arrays and dictionaries of arguments.
extension Optional: EventArgument where Wrapped: EventArgument {
    /// Writes the value, or null.
    @inlinable
    public func encode(into writer: inout ArgumentWriter) {
        if let self { self.encode(into: &writer) } else { writer.writeNull() }
    }

    /// Reads a value; null and an argument that is not there are nil.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = reader.isAtEnd || reader.takeNull() ? nil : try Wrapped(reading: &reader)
    }
}

extension Array: EventArgument where Element: EventArgument {
    /// Writes the elements; of `UInt8` they are written as bytes.
    @inlinable
    public func encode(into writer: inout ArgumentWriter) {
        if Element.self == UInt8.self { return withUnsafeBytes { writer.write($0.bytes) } }
        writer.beginArray(count: count)
        for element in self { element.encode(into: &writer) }
        writer.endArray()
    }

    /// Reads an array; of `UInt8` also from bytes.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        if Element.self == UInt8.self, reader.nextKind == .bytes {
            if let elements = try reader.readBytes().array as? [Element] {
                self = elements
                return
            }
        }
        self = []
        var array = try reader.beginArray()
        if let count = array.count, count > 0 {
            try reader.charge(MemoryLayout<Element>.stride * count + CBORReader.heapByteCount)
            reserveCapacity(count)
            while try reader.next(in: &array) { append(try Element(reading: &reader)) }
        } else {
            while try reader.next(in: &array) {
                // Twice: an array that is not reserved grows by doubling.
                try reader.charge(MemoryLayout<Element>.stride * 2 + (isEmpty ? CBORReader.heapByteCount : 0))
                append(try Element(reading: &reader))
            }
        }
    }
}

extension Dictionary: EventArgument where Key == String, Value: EventArgument {
    /// Writes an object with these fields, in any order.
    @inlinable
    public func encode(into writer: inout ArgumentWriter) {
        writer.beginObject(count: count)
        for (key, value) in self {
            writer.writeKey(key)
            value.encode(into: &writer)
        }
        writer.endObject()
    }

    /// Reads an object; of a key that occurs twice the last value counts.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = [:]
        var object = try reader.beginObject()
        // Nothing is reserved: keys that occur twice would let a peer have more reserved than it fills.
        while let key = try reader.nextKey(in: &object) {
            try reader.charge(MemoryLayout<(String, Value)>.stride * 2 + (isEmpty ? CBORReader.heapByteCount : 0))
            self[key] = try Value(reading: &reader)
        }
    }
}

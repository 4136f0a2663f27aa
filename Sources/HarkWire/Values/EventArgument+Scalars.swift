/// The integers. Codable is asked for only so that the implementations for Codable types do not come into question too.
extension EventArgument where Self: FixedWidthInteger & Codable {
    /// Writes the integer, in one to nine bytes.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads an integer, or a double that is one within ±2^53; refuses one that does not fit.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = try reader.readInteger()
    }
}

extension Int: EventArgument {}
extension Int8: EventArgument {}
extension Int16: EventArgument {}
extension Int32: EventArgument {}
extension Int64: EventArgument {}
extension UInt: EventArgument {}
extension UInt8: EventArgument {}
extension UInt16: EventArgument {}
extension UInt32: EventArgument {}
extension UInt64: EventArgument {}

extension Bool: EventArgument {
    /// Writes the truth value.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads a truth value; no number passes for one.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = try reader.readBool()
    }
}

extension Double: EventArgument {
    /// Writes the double, bit for bit.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads any number; an integer beyond 2^53 is rounded to the nearest.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = try reader.readDouble()
    }
}

extension Float: EventArgument {
    /// Writes the float, bit for bit.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads any number, rounded to the nearest float; one too large for that is refused.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        let double = try reader.readDouble()
        self = Float(double)
        if isInfinite, double.isFinite { throw .outOfRange(type: "Float") }
    }
}

extension String: EventArgument {
    /// Writes the text as UTF-8.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads text.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = try reader.readString()
    }
}

extension Bytes: EventArgument {
    /// Writes the bytes.
    @inlinable @inline(__always) public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads bytes, or an array of integers that are some.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self.init(try [UInt8](reading: &reader))
    }
}

extension Value: EventArgument {
    /// Writes the value; fails when it is nested deeper than 64 levels.
    @inlinable public func encode(into writer: inout ArgumentWriter) { writer.write(self) }

    /// Reads whatever there is.
    @inlinable
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        self = try reader.readValue()
    }
}

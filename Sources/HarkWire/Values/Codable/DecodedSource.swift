/// One argument on its way to `init(from:)`: a copy of its bytes, for a type may keep its decoder.
final class DecodedSource {
    private let chunk: ByteChunk
    /// How many bytes of memory may still be taken.
    var budget: Int

    /// Copies the next argument and passes over it, checking it on the way.
    init(next reader: inout ArgumentReader) throws(ArgumentError) {
        let start = reader.cbor.bytes.cursor
        try reader.skip()
        let bytes = UnsafeRawBufferPointer(start: start, count: reader.cbor.bytes.cursor - start)
        try reader.charge(bytes.count)
        chunk = ByteChunk(capacity: bytes.count)
        chunk.base.copyMemory(from: start, byteCount: bytes.count)
        chunk.count = bytes.count
        budget = reader.cbor.budget
    }

    /// Calls `body` with a reader that stands `offset` bytes into the argument.
    func read<Result>(
        at offset: Int, _ body: (inout ArgumentReader) throws(ArgumentError) -> Result
    ) throws(ArgumentError) -> Result {
        var reader = ArgumentReader(chunk.bytes(from: offset))
        reader.cbor.budget = budget
        let result = try body(&reader)
        budget = reader.cbor.budget
        return result
    }

    /// The value `offset` bytes into the argument.
    func decode<T: Decodable>(_ type: T.Type, at offset: Int, _ path: [any CodingKey]) throws -> T {
        if Self.isKnown(type), let known = type as? any EventArgument.Type {
            if let value = try decode(known, at: offset, path) as? T { return value }
        }
        do throws(ArgumentError) {
            try read(at: offset) { reader throws(ArgumentError) in try reader.charge(MemoryLayout<T>.stride) }
        } catch { throw error.decodingError(type, path) }
        return try T(from: ArgumentDecoder(source: self, offset: offset, codingPath: path))
    }

    private func decode<T: EventArgument>(_ type: T.Type, at offset: Int, _ path: [any CodingKey]) throws -> T {
        do throws(ArgumentError) {
            return try read(at: offset) { reader throws(ArgumentError) in try T(reading: &reader) }
        } catch {
            throw error.decodingError(type, path)
        }
    }

    /// The types that need no decoder. Folds to a constant where `T` is known.
    @inline(__always)
    private static func isKnown<T>(_: T.Type) -> Bool {
        T.self == String.self || T.self == Int.self || T.self == Bool.self || T.self == Double.self
            || T.self == Float.self || T.self == Int8.self || T.self == Int16.self || T.self == Int32.self
            || T.self == Int64.self || T.self == UInt.self || T.self == UInt8.self || T.self == UInt16.self
            || T.self == UInt32.self || T.self == UInt64.self || T.self == Value.self || T.self == Bytes.self
            || T.self == [UInt8].self
    }

    func isNull(at offset: Int) -> Bool {
        ArgumentReader.isNull(chunk.bytes(from: offset))
    }
}

extension ArgumentReader {
    fileprivate static func isNull(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = ArgumentReader(bytes)
        return reader.takeNull()
    }
}

/// The parts that one `encode(to:)` has written so far: of an object, of an array, or a single value.
final class EncodedContainer {
    /// What the type has asked its encoder for.
    enum Shape { case undecided, single, array, object }

    var shape = Shape.undecided
    var keys: [String] = []
    var parts: [EncodedNode] = []

    func append(_ part: EncodedNode, key: String) {
        keys.append(key)
        parts.append(part)
    }

    /// This as a part of another; nil when nothing was asked for.
    var node: EncodedNode? {
        switch shape {
        case .undecided: nil
        case .single: parts.last
        case .array, .object: .container(self)
        }
    }

    func write(to writer: inout ArgumentWriter) {
        switch shape {
        case .undecided: writer.writeNull()
        case .single: if let part = parts.last { part.write(to: &writer) } else { writer.writeNull() }
        case .array:
            writer.beginArray(count: parts.count)
            for part in parts { part.write(to: &writer) }
            writer.endArray()
        case .object:
            writer.beginObject(count: parts.count)
            for (key, part) in zip(keys, parts) {
                writer.writeKey(key)
                part.write(to: &writer)
            }
            writer.endObject()
        }
    }
}

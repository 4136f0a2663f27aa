package import HarkWire

/// Values of the session, as one message sets them.
package struct UhuraData: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let key: String
        /// As CBOR.
        package let value: [UInt8]

        package init(key: String, value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    /// In the order of the message.
    package var entries: [Entry]

    /// Whether they came as one object, as a session that goes on does.
    package let isWhole: Bool

    package init(_ entries: [Entry], isWhole: Bool) {
        self.entries = entries
        self.isWhole = isWhole
    }

    /// The key of the session's id; `sid` in the very first version.
    package static let sessionKey = "sessionID"
    package static let firstSessionKey = "sid"

    /// Keys that mean something to the programs of other peers and nothing here: the server's cookie, whose loss kills
    /// an original, and the prototype that every object of JavaScript has.
    package static let foreignKeys: Set<String> = ["cookie", "__proto__"]

    /// The session's id, if it is among the values.
    ///
    /// - Parameter isFirst: whether the other side may be of the very first version, which says `sid`.
    package func sessionID(isFirst: Bool) -> String? {
        text(of: Self.sessionKey) ?? (isFirst ? text(of: Self.firstSessionKey) : nil)
    }

    private func text(of key: String) -> String? {
        guard let entry = entries.last(where: { $0.key == key }) else { return nil }
        return entry.value.withUnsafeBytes { bytes in
            var reader = ArgumentReader(bytes)
            return try? reader.readString()
        }
    }

    /// The arguments of `_set`: an object, or a key and a value. Nil when they are neither.
    init?(reading arguments: UnsafeRawBufferPointer) {
        var reader = ArgumentReader(arguments)
        do throws(ArgumentError) {
            switch reader.nextKind {
            case .object:
                isWhole = true
                entries = []
                var object = try reader.beginObject()
                while let key = try reader.nextKey(in: &object) {
                    entries.append(Entry(key: key, value: try Self.item(&reader)))
                }
            case .string:
                isWhole = false
                let key = try reader.readString()
                entries = reader.isAtEnd ? [] : [Entry(key: key, value: try Self.item(&reader))]
            case .null, .bool, .int, .double, .bytes, .array, .date, .regex, nil: return nil
            }
        } catch {
            return nil
        }
        entries.removeAll { Self.foreignKeys.contains($0.key) }
    }

    /// The next item, as it is.
    package static func item(_ reader: inout ArgumentReader) throws(ArgumentError) -> [UInt8] {
        let start = reader.cbor.bytes.cursor
        try reader.skip()
        return Array(UnsafeRawBufferPointer(start: start, count: reader.cbor.bytes.cursor - start))
    }
}

package import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What a store keeps of a session.
package struct SessionRecord: Equatable {
    /// The proof that a client has to show.
    let token: NativeIdentifier
    /// The number of its peer.
    let peer: UInt64
    /// The values shared with it.
    let data: [String: SharedData.StoredValue]

    package init(token: NativeIdentifier, peer: UInt64, data: [String: SharedData.StoredValue]) {
        self.token = token
        self.peer = peer
        self.data = data
    }

    /// Nil when the bytes are no record.
    package init?(_ bytes: [UInt8]) {
        guard let value = try? bytes.withUnsafeBytes({ try CBORReader.value(of: $0) }), value["v"] == .int(1),
            let token = value["token"]?.bytes.flatMap(NativeIdentifier.init),
            let peer = value["peer"]?.string.flatMap({ UInt64($0, radix: 16) }),
            case .array(let entries)? = value["data"]
        else { return nil }
        var data: [String: SharedData.StoredValue] = [:]
        for entry in entries {
            guard let key = entry[0]?.string, let version = entry[1]?.int, version >= 0, let content = entry[2] else {
                return nil
            }
            data[key] = SharedData.StoredValue(version: UInt64(version), encoded: content.bytes?.array)
        }
        self.init(token: token, peer: peer, data: data)
    }

    /// A map: its version, the token, the peer's number in hexadecimal digits, and of each value key, version and its
    /// bytes, or null when it was removed.
    @EventLoop
    package var bytes: [UInt8] {
        let entries = data.sorted { $0.key < $1.key }.map { key, value in
            let content = value.encoded.map { Value.bytes(Bytes($0)) } ?? .null
            return Value.array([.string(key), .int(Int64(clamping: value.version)), content])
        }
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        writer.write([
            "v": 1, "token": .bytes(token.bytes), "peer": .string(String(peer, radix: 16)), "data": .array(entries),
        ])
        return writer.bytes.takeBytes()
    }
}

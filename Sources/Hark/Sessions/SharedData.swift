internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// Values that a client and its server have in common, by key: what one side sets the other can get.
///
/// Each key has a version, one more with each `set`. The higher version wins; when both sides set a key at the same
/// time, the server's value does. The values belong to the session: they outlive its connections, and when a new
/// session begins, in a server that was restarted perhaps, the client brings its own along.
@EventLoop
public final class SharedData {
    /// What the other side has changed.
    public struct Change: Sendable, Hashable {
        /// The key.
        public let key: String
        /// Its new value; nil when it was removed.
        public let value: Value?
    }

    private struct Entry {
        var version: UInt64
        /// As it travels; nil when the key was removed.
        var encoded: [UInt8]?
        /// The other side has it when it has acknowledged the event with this number.
        var confirmingMark = UInt64.max
        /// Where it stands among the others: keys are told in the order in which they came to be.
        var place = 0

        /// 16 bytes more than the value, so that many small ones count as well.
        var byteCount: Int { 16 + (encoded?.count ?? 0) }
    }

    /// What a store keeps of a value.
    package struct StoredValue: Equatable {
        package let version: UInt64
        /// As it travels; nil when the key was removed.
        package let encoded: [UInt8]?

        package init(version: UInt64, encoded: [UInt8]?) {
            self.version = version
            self.encoded = encoded
        }
    }

    private var entries: [String: Entry] = [:]
    private var placeCount = 0
    private unowned let link: NativeLink
    private let byteCountMax: Int

    /// Bytes of all keys and values, removed keys included, whose versions are still known.
    public private(set) var byteCount = 0

    init(_ link: NativeLink, byteCountMax: Int) {
        self.link = link
        self.byteCountMax = byteCountMax
    }

    // MARK: Values

    /// All keys with their values.
    public var values: Value.Object {
        Value.Object(keys.compactMap { key in get(key).map { (key, $0) } })
    }

    /// All keys that have a value.
    public var keys: [String] { entries.filter { $0.value.encoded != nil }.keys.sorted() }

    /// The value of a key; nil when it has none.
    public func get(_ key: String) -> Value? { try? get(key, as: Value.self) }

    /// The value of a key, of a type; nil when it has none.
    ///
    /// - Throws: `ArgumentError` when it is of another type.
    public func get<A: EventArgument>(_ key: String, as type: A.Type) throws -> A? {
        guard let encoded = entries[key]?.encoded else { return nil }
        return try encoded.withUnsafeBytes { bytes in
            var reader = ArgumentReader(bytes)
            return try A(reading: &reader)
        }
    }

    /// Sets the value of a key, here and on the other side.
    ///
    /// What is set before an event is emitted is there when the event arrives.
    /// - Throws: `HarkError` with code `.limit` when the key has more than 255 bytes, or all keys and values more than
    ///   `Limits.dataByteCount`; `.arguments` when the value cannot be encoded; `.unsupported` where the dialect has no
    ///   shared data.
    public func set<A: EventArgument>(_ key: String, _ value: A) throws {
        try put(key, try Self.encoded(key, value))
    }

    /// Sets the values of several keys, here and on the other side: all of them, or none when it throws. In the Uhura
    /// dialect that is one message, or several when they have more than 16 MiB together.
    ///
    /// - Throws: as the form for one key.
    public func set(_ values: Value.Object) throws {
        let encoded = try values.map { ($0.key, try Self.encoded($0.key, $0.value)) }
        var room = byteCountMax - byteCount
        for (key, value) in encoded {
            try check(key)
            room += (entries[key].map { $0.byteCount + key.utf8.count } ?? 0) - key.utf8.count - 16 - value.count
        }
        guard room >= 0 else { throw tooMuch }
        for (key, value) in encoded {
            _ = store(key, Entry(version: (entries[key]?.version ?? 0) + 1, encoded: value))
        }
        if link.dialect == .native { for (key, _) in encoded { send(key) } } else { send(encoded.map(\.0)) }
    }

    private static func encoded<A: EventArgument>(_ key: String, _ value: A) throws -> [UInt8] {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        value.encode(into: &writer)
        if let failure = writer.takeFailure() {
            throw HarkError(.arguments, "the value of \"\(key)\" cannot be encoded: \(failure)", cause: failure)
        }
        return writer.bytes.takeBytes()
    }

    /// Removes a key, here and on the other side.
    ///
    /// - Throws: `HarkError` with code `.unsupported` where the dialect cannot remove one.
    public func remove(_ key: String) throws {
        guard link.features.contains(.removal) else { throw HarkError(unsupported: "removal of keys; set null", link) }
        if entries[key]?.encoded != nil { try put(key, nil) }
    }

    private func check(_ key: String) throws {
        guard key.utf8.count <= NativeLimits.nameByteCountMax else {
            throw HarkError(.limit, "a key may have \(NativeLimits.nameByteCountMax) bytes")
        }
        if let refusal = refusal(of: key) { throw refusal }
    }

    private var tooMuch: HarkError {
        HarkError(.limit, "the shared data may have \(byteCountMax) bytes; remove keys or raise dataByteCount")
    }

    private func put(_ key: String, _ encoded: [UInt8]?) throws {
        try check(key)
        let entry = Entry(version: (entries[key]?.version ?? 0) + 1, encoded: encoded)
        guard store(key, entry) else { throw tooMuch }
        send(key)
    }

    /// - Returns: false when there is no room for it.
    private func store(_ key: String, _ entry: Entry) -> Bool {
        let old = entries[key].map { $0.byteCount + key.utf8.count } ?? 0
        let new = byteCount - old + entry.byteCount + key.utf8.count
        // What becomes shorter is always welcome.
        guard new <= max(byteCountMax, byteCount) else { return false }
        var entry = entry
        entry.place = entries[key]?.place ?? placeCount
        placeCount = max(placeCount, entry.place + 1)
        entries[key] = entry
        byteCount = new
        link.owner?.linkDidTouchData()
        return true
    }

    // MARK: Keeping

    /// All values and versions.
    var stored: [String: StoredValue] {
        entries.mapValues { StoredValue(version: $0.version, encoded: $0.encoded) }
    }

    /// Takes over what was kept. The other side does not have it.
    func restore(_ stored: [String: StoredValue]) {
        for (key, value) in stored { _ = store(key, Entry(version: value.version, encoded: value.encoded)) }
    }

    /// Forgets everything, on this side.
    ///
    /// - Returns: the keys that had a value.
    @discardableResult
    func clear() -> [String] {
        let keys = keys
        entries = [:]
        byteCount = 0
        return keys
    }

    // MARK: The other side

    private func send(_ key: String) {
        guard var entry = entries[key], link.sendsData, isAcceptable(key, entry) else { return }
        link.outlet.writeData(key, entry.version, entry.encoded)
        entry.confirmingMark = link.outlet.mark + 1
        entries[key] = entry
    }

    /// Sends several values to a gateway: at once, or in as few parts as it takes.
    private func send(_ keys: [String]) {
        guard link.sendsData else { return }
        var part: [String] = []
        var room = Int(link.outlet.bodyByteCountMax)
        for key in keys {
            guard let entry = entries[key], isAcceptable(key, entry) else { continue }
            // What stands around it takes less than the 16 bytes that it counts more.
            let byteCount = entry.byteCount + key.utf8.count
            if byteCount > room {
                send(part: part)
                part = []
                room = Int(link.outlet.bodyByteCountMax)
            }
            part.append(key)
            room -= byteCount
        }
        send(part: part)
    }

    private func send(part keys: [String]) {
        // Who heard of a value that is too long may have ended the connection.
        guard !keys.isEmpty, link.sendsData else { return }
        var batch = ByteWriter(pool: EventLoop.current.pool)
        batch.beginFrame()
        // An item for the key, one for its version, one for its value.
        CBORWriter.writeArrayHead(count: 3 * keys.count, to: &batch)
        for key in keys {
            guard let entry = entries[key], let encoded = entry.encoded else { continue }
            CBORWriter.write(key, to: &batch)
            CBORWriter.write(entry.version, to: &batch)
            batch.append(encoded.span.bytes)
        }
        // No key has version 0.
        link.outlet.writeData("", 0, batch.takeBytes())
        let mark = link.outlet.mark + 1
        for key in keys { entries[key]?.confirmingMark = mark }
    }

    /// Whether the other side accepts so long a frame.
    private func isAcceptable(_ key: String, _ entry: Entry) -> Bool {
        let byteCount = entry.byteCount + key.utf8.count
        guard byteCount > Int(link.outlet.bodyByteCountMax) else { return true }
        link.owner?.linkDidFail(HarkError(.limit, "the value of \"\(key)\" is longer than the other side accepts"))
        return false
    }

    /// There is a connection again: sends what the other side may not have.
    ///
    /// - Parameter isResumed: the other side has kept what it had.
    func opened(isResumed: Bool) {
        guard link.sendsData else { return }
        let acknowledged = link.outlet.acknowledgedMark
        for (key, entry) in entries.sorted(by: { $0.value.place < $1.value.place })
        where (!isResumed || entry.confirmingMark > acknowledged) && isAcceptable(key, entry) {
            NativeOutgoing.writeData(key, entry.version, entry.encoded, into: &link.control)
            // Ahead of all events that are sent again.
            entries[key]?.confirmingMark = min(entry.confirmingMark, link.outlet.mark + 1)
        }
    }

    /// The other side has set a value, or has the same one.
    ///
    /// - Returns: what changes here, if anything.
    func received(_ key: String, _ version: UInt64, _ encoded: [UInt8]?) throws(HarkError) -> Change? {
        let known = entries[key]
        guard version >= known?.version ?? 0, version < .max else { return nil }
        // Set on both sides at once: the server's counts.
        if version == known?.version, link.machine.role == .server || known?.encoded == encoded { return nil }
        // It comes from there, so it need not be sent.
        guard store(key, Entry(version: version, encoded: encoded, confirmingMark: 0)) else {
            throw HarkError(
                .limit, "\"\(key)\" of the other side does not fit; the shared data may have \(byteCountMax) bytes")
        }
        return Change(key: key, value: get(key))
    }

    // MARK: Dialects

    /// Why a key cannot be set, if so: the Uhura dialect gives some a meaning of their own.
    private func refusal(of key: String) -> HarkError? {
        guard link.dialect.features.contains(.data) else {
            return HarkError(unsupported: "shared data; emit the value", link)
        }
        guard case .uhura = link.dialect.wire else { return nil }
        if UhuraData.foreignKeys.contains(key) {
            return HarkError(.unsupported, "\"\(key)\" means something else to programs of the uhura dialect")
        }
        guard key == UhuraData.sessionKey, link.machine.role == .server || link.isConnected else { return nil }
        return HarkError(.unsupported, "the server names the session; a client sets \"\(key)\" before it connects")
    }

    /// All that has a value, in the order in which the keys came to be.
    var all: [(key: String, version: UInt64, encoded: [UInt8])] {
        entries.sorted { $0.value.place < $1.value.place }
            .compactMap { key, entry in entry.encoded.map { (key, entry.version, $0) } }
    }

    /// Whether the other side is known to have the value of a key.
    func isConfirmed(_ key: String) -> Bool {
        entries[key].map { $0.confirmingMark <= link.outlet.acknowledgedMark } ?? true
    }

    /// Takes a value that the other side has, of a wire without versions: the last one counts.
    ///
    /// - Returns: its version here.
    func take(_ key: String, _ encoded: [UInt8]) throws(HarkError) -> UInt64 {
        let version = (entries[key]?.version ?? 0) + 1
        guard key.utf8.count <= NativeLimits.nameByteCountMax,
            store(key, Entry(version: version, encoded: encoded, confirmingMark: 0))
        else {
            throw HarkError(
                .limit, "\"\(key)\" of the other side does not fit; the shared data may have \(byteCountMax) bytes")
        }
        return version
    }
}

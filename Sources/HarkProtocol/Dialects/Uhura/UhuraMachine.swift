package import HarkWire

/// One side of an Uhura connection, as a value: messages in, effects and messages out.
///
/// ```
///  client                                server
///  ["_set", data]  ["start", settings] ─────────►
///  ◄───────── ["_set", "sessionID", id]  connect        a new session
///  ◄───────── ["_set", data]             connect        one that goes on
/// ```
/// A message is `[name, argument…]`, or `{"args":[name, argument…],"id":id}` once both have agreed to; it is taken in
/// either form at any time. What concerns the session is always an array. The server's `connect` is never acknowledged:
/// the client agrees to acknowledgements only by it.
package struct UhuraMachine: ~Copyable {
    package enum Role: Sendable { case client, server }

    /// How far the handshake is.
    package enum State: Equatable, Sendable {
        /// Client: `connect` is awaited. Server: `start` is.
        case greeting
        /// Server: the client waits for `connect`.
        case admitting
        /// Events pass.
        case open
    }

    package let role: Role
    package private(set) var state = State.greeting

    /// What is agreed, and before that what the client has asked for.
    package internal(set) var settings = UhuraSettings.legacy

    private var stream: JSONEventStream
    var separator = JSONStreamSeparator()

    package init(role: Role, messageByteCountMax: Int, pool: ChunkPool) {
        self.role = role
        stream = JSONEventStream(messageByteCountMax: messageByteCountMax, pool: pool)
    }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { stream.partByteCount }

    // MARK: Receiving

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func receive(_ input: inout UnsafeRawBufferPointer) -> UhuraEffect? {
        guard let step = stream.next(&input) else { return nil }
        switch step {
        case .event: return UhuraName(stream.event.name).map { receive($0) } ?? receiveEvent()
        case .other: return .ignored
        case .malformed(let message): return .malformed(message.description)
        case .tooLong(let limit): return .tooLong("a message is longer than \(limit) bytes")
        }
    }

    private var id: MessageIdentifier? { stream.event.id.flatMap { MessageIdentifier($0) } }

    private func receiveEvent() -> UhuraEffect {
        if let id = UhuraName.acknowledged(stream.event.name) {
            return MessageIdentifier(id).map { .acknowledged($0) }
                ?? .malformed("an acknowledgement has an id of \(id.count) bytes")
        }
        if let id = stream.event.id, id.count > MessageIdentifier.byteCountMax {
            return .malformed("an id has \(id.count) bytes, and the limit is \(MessageIdentifier.byteCountMax)")
        }
        guard state == .open || (role == .server && state == .admitting) else {
            return .malformed("an event came before the handshake")
        }
        return .event(name: stream.event.name, arguments: stream.event.arguments, id: id)
    }

    private mutating func receive(_ name: UhuraName) -> UhuraEffect {
        switch (name, role, state) {
        case (.set, _, _):
            return UhuraData(reading: stream.event.arguments).map { .set($0) }
                ?? .malformed("_set needs an object, or a key and a value")
        case (.start, .server, .greeting):
            settings = UhuraSettings(reading: stream.event.arguments)
            state = .admitting
            return .started
        case (.connect, .client, .greeting):
            settings = UhuraSettings(reading: stream.event.arguments)
            state = .open
            return .connected
        case (.invalidate, .client, _):
            return .invalidated(id: id)
        case (.start, .server, .admitting), (.start, .server, .open), (.connect, .client, .admitting),
            (.connect, .client, .open):
            return .malformed("\(name.rawValue) came twice")
        case (.start, .client, _), (.connect, .server, _), (.invalidate, .server, _):
            return .malformed("\(name.rawValue) is for the other side to say")
        }
    }

    // MARK: Sending

    /// Server: lets events pass, after `writeConnect`.
    mutating func becameOpen() { state = .open }
}

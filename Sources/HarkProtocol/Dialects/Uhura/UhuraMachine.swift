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

    private var splitter: MessageSplitter<JSONStreamFraming>
    private var event: JSONEvent
    var separator = JSONStreamSeparator()

    package init(role: Role, messageByteCountMax: Int, pool: ChunkPool) {
        self.role = role
        splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: messageByteCountMax, pool: pool)
        event = JSONEvent(pool: pool)
    }

    /// Whether a message has arrived in part.
    package var isMidMessage: Bool { splitter.isMidMessage }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { splitter.isMidMessage ? splitter.stashedByteCount : nil }

    // MARK: Receiving

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func receive(_ input: inout UnsafeRawBufferPointer) -> UhuraEffect? {
        guard let step = splitter.next(&input) else {
            event.rest()
            return nil
        }
        switch step {
        case .message(let text): return read(text)
        case .malformed(let message): return .malformed(message.description)
        case .tooLong(let limit): return .tooLong("a message is longer than \(limit) bytes")
        }
    }

    private mutating func read(_ text: UnsafeRawBufferPointer) -> UhuraEffect {
        do throws(JSONError) {
            guard try event.read(text) else { return .ignored }
        } catch {
            return .malformed("\(error)")
        }
        guard let name = UhuraName(event.name) else { return receiveEvent() }
        return receive(name)
    }

    private var id: UhuraIdentifier? { event.id.flatMap { UhuraIdentifier($0) } }

    private func receiveEvent() -> UhuraEffect {
        if let id = UhuraName.acknowledged(event.name) {
            return UhuraIdentifier(id).map { .acknowledged($0) }
                ?? .malformed("an acknowledgement has an id of \(id.count) bytes")
        }
        if let id = event.id, id.count > UhuraIdentifier.byteCountMax {
            return .malformed("an id has \(id.count) bytes, and the limit is \(UhuraIdentifier.byteCountMax)")
        }
        guard state == .open || (role == .server && state == .admitting) else {
            return .malformed("an event came before the handshake")
        }
        return .event(name: event.name, arguments: event.arguments, id: id)
    }

    private mutating func receive(_ name: UhuraName) -> UhuraEffect {
        switch (name, role, state) {
        case (.set, _, _):
            return UhuraData(reading: event.arguments).map { .set($0) }
                ?? .malformed("_set needs an object, or a key and a value")
        case (.start, .server, .greeting):
            settings = UhuraSettings(reading: event.arguments)
            state = .admitting
            return .started
        case (.connect, .client, .greeting):
            settings = UhuraSettings(reading: event.arguments)
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

public import HarkWire

/// One side of a native connection, as a value: bytes and time in, effects and bytes out.
///
/// It knows no socket, no clock and no listener. `outgoing` writes into the data stream, which survives a reconnection;
/// acknowledgements, pings and the handshake go into the control stream, which belongs to the connection and is sent
/// ahead of the data.
@usableFromInline
package struct NativeMachine: ~Copyable {
    package enum Role: Sendable { case client, server }

    package enum State: Equatable, Sendable {
        /// No connection.
        case disconnected
        /// The other side's magic and greeting are awaited.
        case greeting
        /// Server: the client has introduced itself and the application has not answered.
        case authorizing
        /// Events pass.
        case open
        /// This side has said goodbye, or the other one has. What still arrives is ignored.
        case closing
    }

    package let role: Role
    package internal(set) var state = State.disconnected
    /// Whether the hot path may take events: the state is `open`, and none of them are repeated ones.
    @usableFromInline package internal(set) var isOpen = false
    /// The longest body accepted now, in bytes.
    @usableFromInline var bodyByteCountMax = NativeLimits.handshakeByteCountMax

    @usableFromInline package var incoming = NativeIncoming()

    /// What this side accepts.
    package let limits: NativeLimits

    /// What was said when the connection began and ended.
    private var greetings: Greetings?

    /// Whether the event received last may have reached this side in an earlier session.
    package var isRedelivered = false

    /// Events that come again because the other side does not know that they have arrived.
    var repeatedCount: UInt64 = 0
    var isMagicAwaited = false
    var isMagicOwed = false
    /// After a violation nothing that arrives means anything.
    var isDeaf = false

    package init(role: Role, limits: NativeLimits = NativeLimits()) {
        precondition(limits.frameByteCount <= FrameHeader.bodyByteCountMax, "a frame's length has 24 bits")
        self.role = role
        self.limits = limits
    }

    // MARK: Greetings

    /// Apart from the machine, because most connections are open and need none of it.
    private final class Greetings {
        var hello: NativeHello?
        var welcome: NativeWelcome?
        var goodbye: NativeGoodbye?
    }

    /// How the client introduced itself: on the server what it said, on the client what was said.
    package internal(set) var hello: NativeHello? {
        get { greetings?.hello }
        set { keep(newValue, at: \.hello) }
    }

    /// How the server answered.
    package internal(set) var welcome: NativeWelcome? {
        get { greetings?.welcome }
        set { keep(newValue, at: \.welcome) }
    }

    /// Why the other side closes.
    package internal(set) var goodbye: NativeGoodbye? {
        get { greetings?.goodbye }
        set { keep(newValue, at: \.goodbye) }
    }

    private mutating func keep<Greeting>(
        _ greeting: Greeting?, at path: ReferenceWritableKeyPath<Greetings, Greeting?>
    ) {
        if greetings == nil, greeting == nil { return }
        let greetings = greetings ?? Greetings()
        greetings[keyPath: path] = greeting
        self.greetings = greetings
    }

    /// Drops what was said, when all that follows from it is done.
    package mutating func forgetGreetings() { greetings = nil }

    // MARK: Input

    /// How many bytes the frame at the start of `bytes` has, as far as they tell: the number to wait for. The magic
    /// counts as frame after frame of one byte, so that a wrong one is refused as soon as it is there.
    package func frameByteCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isDeaf { return bytes.count }
        if isMagicAwaited { return NativeMagic.neededByteCount(bytes) }
        guard bytes.count >= FrameHeader.byteCount else { return FrameHeader.byteCount }
        let header = FrameHeader(rawValue: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        // A frame over the limit is refused as soon as its header is complete.
        return header.bodyByteCount > bodyByteCountMax
            ? FrameHeader.byteCount : FrameHeader.byteCount + header.bodyByteCount
    }

    /// Takes at most one frame from `input`.
    ///
    /// - Returns: what it asks for; nil when more bytes are needed.
    @inlinable
    package mutating func receive(
        _ input: inout ByteReader, control: inout ByteWriter
    ) throws(NativeViolation) -> NativeEffect? {
        guard input.remaining >= FrameHeader.byteCount else { return nil }
        let header = FrameHeader(rawValue: UInt32(littleEndian: input.cursor.loadUnaligned(as: UInt32.self)))
        let length = header.bodyByteCount
        guard length <= bodyByteCountMax else {
            throw .frameTooLong(byteCount: length, limit: bodyByteCountMax)
        }
        guard input.remaining - FrameHeader.byteCount >= length else { return nil }
        let start = input.cursor + FrameHeader.byteCount
        var body = ByteReader(cursor: start, end: start + length)
        input.cursor = body.end
        if header.kind == NativeKind.event.rawValue, isOpen {
            // The one frame that comes by the million: one load, one comparison, one byte of name.
            guard let number = body.readLEB128() else { throw .malformed(.event) }
            guard number &- 1 < UInt64(incoming.nameCount) else { throw .nameUndefined(number) }
            incoming.receivedCount &+= 1
            return .event(name: Int(truncatingIfNeeded: number) - 1, arguments: body, isVolatile: false)
        }
        return try receiveOther(header.kind, body, control: &control)
    }

    /// The longest body of an event that may be taken with `ByteReader.takeFrame` instead of `receive`, 0 when none
    /// may.
    ///
    /// Runs of one event are what a busy connection carries. The link takes them out of its input itself, where the
    /// code is inlined, and then tells how many there were.
    @inlinable package var runBodyByteCountMax: Int { isOpen ? bodyByteCountMax : 0 }

    /// So many events were taken with `ByteReader.takeFrame`, of a name that is defined.
    package mutating func countRun(_ count: UInt64) { incoming.receivedCount &+= count }
}

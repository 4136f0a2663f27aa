package import HarkWire

/// How a connection begins and ends.
///
/// ```
///              opened                     welcome / accept
/// disconnected ──────► greeting ─────────────────────────────► open
///                         │ hello (server)           ▲           │
///                         └────────► authorizing ────┘           │
///                                        │ refuse                │ close, goodbye, violation
///                                        └──────► closing ◄──────┘
/// ```
extension NativeMachine {
    // MARK: Beginning

    /// There is a connection. The client writes its magic and `hello`, the server waits for those.
    ///
    /// - Parameter hello: what a client says; a server passes none. Its limits are replaced by this side's.
    /// - Returns: false when the greeting does not fit the handshake: its credentials are too large or too deep.
    @discardableResult
    package mutating func opened(hello: NativeHello? = nil, control: inout ByteWriter) -> Bool {
        state = .greeting
        isOpen = false
        isDeaf = false
        isMagicAwaited = true
        isMagicOwed = true
        bodyByteCountMax = NativeLimits.handshakeByteCountMax
        repeatedCount = 0
        self.hello = nil
        welcome = nil
        goodbye = nil
        guard var hello else { return true }
        hello.limits = limits
        self.hello = hello
        return writeGreeting(.hello, into: &control) { output throws(CBORError) in try hello.write(to: &output) }
    }

    /// Server: takes over a client that has introduced itself to another machine and waits for the answer.
    package mutating func adopt(_ hello: NativeHello) {
        state = .authorizing
        isOpen = false
        isDeaf = false
        isMagicAwaited = false
        isMagicOwed = true
        bodyByteCountMax = NativeLimits.handshakeByteCountMax
        repeatedCount = 0
        self.hello = hello
        welcome = nil
        goodbye = nil
    }

    /// The connection is gone, in whatever way.
    package mutating func disconnected() {
        state = .disconnected
        isOpen = false
    }

    /// Server: lets the client in.
    ///
    /// For a session that goes on, put its `NativeIncoming` into `incoming` first.
    ///
    /// - Parameter welcome: its limits are replaced by this side's, its capabilities by those that both have.
    /// - Returns: false when nobody waits for it any more, or it does not fit the handshake; then nothing has happened.
    @discardableResult
    package mutating func accept(_ welcome: NativeWelcome, control: inout ByteWriter) -> Bool {
        guard state == .authorizing, let hello, welcome.peer.utf8.count <= NativeLimits.nameByteCountMax else {
            return false
        }
        var welcome = welcome
        welcome.limits = limits
        welcome.capabilities.formIntersection(hello.capabilities)
        let isWritten = writeGreeting(.welcome, into: &control) { output throws(CBORError) in
            welcome.write(to: &output)
        }
        guard isWritten else { return false }
        self.welcome = welcome
        open(resuming: welcome.session?.outcome == .resumed, from: welcome.session?.received ?? 0)
        return true
    }

    /// Server: does not let the client in.
    package mutating func refuse(
        _ reason: GoodbyeReason = .refused, retryAfter: UInt64 = 0, text: String = "", control: inout ByteWriter
    ) {
        close(reason, retryAfter: retryAfter, text: text, control: &control)
    }

    /// Client: by the time that it is let in, it has processed more of its session.
    package mutating func claimed(received: UInt64) { hello?.session?.received = received }

    /// What the other side accepts. Until it has said so, the defaults.
    package var remoteLimits: NativeLimits {
        switch role {
        case .client: welcome?.limits ?? NativeLimits()
        case .server: hello?.limits ?? NativeLimits()
        }
    }

    /// Events may pass. Those that this side has not yet reported as processed come again, and are passed over.
    mutating func open(resuming isResumed: Bool, from processed: UInt64) {
        if isResumed {
            // A side that has only the session's counts left, from a store, begins where they say.
            incoming.receivedCount = max(incoming.receivedCount, processed)
            incoming.processedCount = max(incoming.processedCount, processed)
            incoming.acknowledgedCount = processed
            repeatedCount = incoming.receivedCount - processed
        } else {
            incoming = NativeIncoming()
        }
        state = .open
        isOpen = repeatedCount == 0
        bodyByteCountMax = limits.frameByteCount
    }

    // MARK: Ending

    /// Says goodbye. What still arrives is passed over.
    package mutating func close(
        _ reason: GoodbyeReason, retryAfter: UInt64 = 0, text: String = "", control: inout ByteWriter
    ) {
        let versions = reason == .version ? [NativeMagic.version] : []
        switch state {
        case .disconnected, .closing: return
        case .greeting, .authorizing, .open:
            payMagic(into: &control)
            NativeGoodbye(reason, retryAfter: retryAfter, text: text, versions: versions).write(to: &control)
            stop()
        }
    }

    /// Says which rule the other side broke. Call it with what `receivePreamble` or `receive` threw; the rest of the
    /// bytes at hand is of no use.
    package mutating func violated(_ violation: NativeViolation, control: inout ByteWriter) {
        close(violation.reason, text: violation.description, control: &control)
        isDeaf = true
        isMagicAwaited = false
    }

    mutating func stop() {
        state = .closing
        isOpen = false
    }

    // MARK: What is not a frame

    /// Takes what is not a frame from the front of `input`: the other side's magic, or anything after a violation.
    /// Call it before `receive`, once for each read.
    ///
    /// - Returns: whether frames may follow.
    package mutating func receivePreamble(_ input: inout ByteReader) throws(NativeViolation) -> Bool {
        if isDeaf { input.cursor = input.end }
        guard isMagicAwaited else { return !isDeaf }
        guard let version = try NativeMagic.read(&input) else { return false }
        guard version == NativeMagic.version else { throw .versionUnsupported(version) }
        isMagicAwaited = false
        return true
    }

    /// The magic goes out with this side's first frame.
    private mutating func payMagic(into control: inout ByteWriter) {
        if isMagicOwed { NativeMagic.write(to: &control) }
        isMagicOwed = false
    }

    private mutating func writeGreeting(
        _ kind: NativeKind, into control: inout ByteWriter, _ write: (inout ByteWriter) throws(CBORError) -> Void
    ) -> Bool {
        payMagic(into: &control)
        NativeFrame.begin(kind, into: &control)
        do throws(CBORError) {
            try write(&control)
        } catch {
            control.abandonFrame()
            return false
        }
        guard control.frameByteCount - FrameHeader.byteCount <= NativeLimits.handshakeByteCountMax else {
            control.abandonFrame()
            return false
        }
        NativeFrame.end(&control)
        return true
    }
}

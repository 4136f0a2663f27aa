internal import HarkProtocol
internal import HarkUV

/// How a connection is taken over, let in or turned away.
extension NativeLink {
    /// Takes over a new connection and greets.
    func open(_ connection: any Connection, as hello: NativeHello? = nil) {
        guard machine.opened(hello: hello, control: &control) else {
            connection.close()
            return end(HarkError(.handshake, "the credentials are too long or too deep for the handshake"))
        }
        liveness.opened(now, handshakeWithin: handshakeAllowance)
        attach(connection)
        setDirty()
        armClock()
    }

    /// How long the handshake may take, in ms. A dialect may have a limit of its own, to which its gateway keeps.
    private var handshakeAllowance: Int {
        let own = dialect.handshakeTimeout.map { $0.milliseconds + 1_000 }
        return Int(own ?? options.timing.handshake.milliseconds)
    }

    /// Server: takes over the connection of a client whose session this is, and which waits to be let in.
    func adopt(from link: NativeLink) {
        guard var hello = link.machine.hello, let connection = link.surrender() else { return }
        if let received = (connection as? Gateway)?.renewClaim() { hello.session?.received = received }
        link.abandon()
        machine.adopt(hello)
        liveness.opened(now, handshakeWithin: handshakeAllowance)
        attach(connection)
        armClock()
    }

    /// Server: the client has made another connection for the same session; the one there is may not know it is dead.
    func replaced() {
        guard connection != nil else { return }
        machine.close(.replaced, text: "another connection has taken over the session", control: &control)
        let peer = peer
        disown()
        end(HarkError(.disconnected, "another connection has taken over the session"))
        self.peer = peer
    }

    /// Another link has the connection now.
    private func abandon() {
        disown()
        stopTimers()
        liveness.stopped()
    }

    /// Server: lets the client in.
    func accept(_ id: Peer.ID, _ grant: NativeSessionGrant?) {
        guard machine.state == .authorizing else { return }
        var random = EnvironmentRandom(environment)
        var grant = grant
        if grant?.outcome == .resumed { grant?.received = machine.incoming.processedCount }
        // Behind a gateway nobody answers for the other side, and a full socket would delay the gateway's answer.
        let heartbeat = dialect == .native ? Int(options.timing.heartbeat.milliseconds) : 0
        let welcome = NativeWelcome(
            node: NativeIdentifier(using: &random), peer: id, capabilities: [.sessions, .data],
            heartbeat: heartbeat, session: grant)
        guard machine.accept(welcome, control: &control) else { return refuse(.limit, "the welcome is too long") }
        becameOpen()
    }

    /// Server: does not let the client in.
    func refuse(_ reason: GoodbyeReason, _ text: String, retryAfter: UInt64 = 0) {
        guard machine.state == .authorizing else { return }
        machine.refuse(reason, retryAfter: retryAfter, text: text, control: &control)
        end(HarkError(.handshake, "a client was refused: \(text)"))
    }
}

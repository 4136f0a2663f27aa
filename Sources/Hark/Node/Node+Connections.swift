internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What happens to the connections of a node.
extension Node {
    /// 5 000 ms: who was refused is not asked again before.
    private static nonisolated let refusalPause: UInt64 = 5_000

    func listen(to client: Client, _ peer: Peer) {
        receive(from: client, peer)
        client.on(.connect) { [unowned self] in opened(peer, client.link) }
        client.on(.disconnect) { [unowned self] error in lost(peer, error) }
        client.on(.connectError) { [unowned self] error in
            report(error)
            if peer.state != .ended { peer.state = .connecting }
        }
        client.on(.backoff) { [unowned self] backoff in
            if peer.state != .ended { peer.state = .backingOff }
            tell(peer, .backoff(backoff))
        }
        client.on(.drain) { [unowned self] in drained(peer) }
        client.on(.error) { [unowned self] error in report(error) }
    }

    func accepted(_ accepted: Hark.Peer) {
        let peer = Peer(self, accepted: accepted)
        peers.append(peer)
        receive(from: accepted, peer)
        accepted.on(.disconnect) { [unowned self] error in
            lost(peer, error)
            ended(peer)
        }
        accepted.on(.close) { [unowned self] in
            if peer.link != nil { lost(peer, HarkError(.disconnected, "the connection was closed")) }
            ended(peer)
        }
        accepted.on(.drain) { [unowned self] in drained(peer) }
        opened(peer, accepted.link)
    }

    func receive(from emitter: Emitter, _ peer: Peer) {
        guard let mesh else { return }
        emitter.listeners.limit = 0
        _ = emitter.listeners.add(.name(NodeLink.messageName.text), isOnce: false, isFirst: false) {
            mesh.received(message: $0, over: peer)
        }
        _ = emitter.listeners.add(.name(NodeLink.eventName.text), isOnce: false, isFirst: false) {
            mesh.received(event: $0, over: peer)
        }
    }

    func opened(_ peer: Peer, _ link: NativeLink) {
        peer.state = .greeting
        tell(peer, .connect)
        engine?.connected(peer, link)
    }

    /// The other node has introduced itself.
    func greeted(_ peer: Peer, _ id: String) {
        peer.id = id
        peer.state = .connected
        tell(peer, .peerid(id))
        tell(peer, .initialized)
        if peer.wasConnected, peer.isDialled { tell(peer, .reconnect) }
        peer.wasConnected = true
        if !isAwaitingNeighbours { interestWaiters.resumeAll() }
    }

    func lost(_ peer: Peer, _ error: HarkError) {
        guard peer.state == .greeting || peer.state == .connected else { return }
        engine?.disconnected(peer)
        peer.state = .connecting
        if error.code == .timeout { tell(peer, .timeout) }
        tell(peer, .disconnect(error))
    }

    func ended(_ peer: Peer) {
        guard let index = peers.firstIndex(where: { $0 === peer }) else { return }
        peers.remove(at: index)
        peer.state = .ended
        tell(peer, .end)
    }

    func drained(_ peer: Peer) {
        engine?.drained(peer)
        tell(peer, .drain)
    }

    func tell(_ peer: Peer, _ kind: Happening.Kind) {
        afterForwarding { node in node.fire(.peer, Happening(peer: peer, kind: kind)) }
    }

    /// Calls listeners, who may emit, but not in the middle of an event.
    func afterForwarding(_ action: @escaping @EventLoop (Node) -> Void) {
        guard let mesh else { return action(self) }
        mesh.afterForwarding { [self] in action(self) }
    }

    /// A connection cannot go on, and nothing would be different the next time soon.
    func refuse(_ peer: Peer, _ error: HarkError) {
        afterForwarding { $0.report(error) }
        engine?.disconnected(peer)
        let reason: GoodbyeReason =
            switch error.code {
            case .limit: .limit
            case .timeout: .handshakeTimeout
            default: .refused
            }
        // It may be right the next time: another process may answer there.
        guard let link = peer.nativeLink, link.isConnected else { return }
        link.sendAway(error, as: reason, error.message, retryAfter: Self.refusalPause)
    }

    func end(_ peer: Peer) {
        if peer.link != nil {
            engine?.disconnected(peer)
            tell(peer, .disconnect(HarkError(.disconnected, "end() was called")))
        }
        ended(peer)
        // The node is there as long as somebody may call it.
        EventLoop.task { [self] in
            await peer.client?.close()
            await peer.accepted?.close()
            withExtendedLifetime(self) {}
        }
    }

    // MARK: Time

    func armPing() {
        pinging.schedule(at: environment.clock.now + options.timing.heartbeat.milliseconds)
    }

    /// Measures the round trip to each neighbour.
    func pingAll() {
        for peer in peers where peer.state == .connected && options.dialect == .native {
            EventLoop.task { _ = try? await peer.ping() }
        }
        armPing()
    }

    /// Slows a storm down: for so many milliseconds nothing is read.
    func pauseReading(for milliseconds: UInt64) {
        let connections = peers.compactMap { $0.nativeLink?.connection }
        for connection in connections { connection.stopReading() }
        // Kept by the clock until it has fired.
        pause = environment.clock.timer { [weak self] in
            for connection in connections { connection.startReading() }
            self?.pause = nil
        }
        pause?.schedule(at: environment.clock.now + milliseconds)
    }
}

internal import HarkProtocol
public import HarkUV
@EventLoop public final class SpikeServer: Emitter {
    var acceptor: (any Acceptor)?
    public var links: [Emitter] = []
    var nl: [NativeLink] = []
    public init() { let t = ListenerTable(); super.init(listeners: t, outlet: Outlet(pool: EventLoop.current.pool)) }
    public func listen(on e: Endpoint) throws -> Endpoint {
        let a = try SocketTransport.shared.listen(on: e) { result in
            guard case .success(let c) = result else { return }
            let link = NativeLink(role: .server, audience: [self.listeners])
            let peer = Emitter(listeners: ListenerTable(), outlet: link.outlet)
            self.links.append(peer); self.nl.append(link)
            self.onPeer?(peer)
            link.open(c)
        }
        acceptor = a
        return a.endpoint
    }
    public var onPeer: (@EventLoop (Emitter) -> Void)?
}
@EventLoop public final class SpikeClient: Emitter, LinkOwner {
    var attempt: (any DialAttempt)?
    let link: NativeLink
    var opened: CheckedContinuation<Void, Never>?
    var drained: [CheckedContinuation<Void, Never>] = []
    public init() { let t = ListenerTable(); let l = NativeLink(role: .client, audience: [t]); link = l; super.init(listeners: t, outlet: l.outlet); l.owner = self }
    public func connect(to e: Endpoint) async {
        await withCheckedContinuation { c in
            opened = c
            attempt = SocketTransport.shared.dial(e) { r in
                guard case .success(let c) = r else { fatalError("\(r)") }
                (self.link).open(c)
            }
        }
    }
    package func linkDidOpen() { opened?.resume(); opened = nil }
    package func linkDidClose() {}
    package func linkDidDrain() { for d in drained { d.resume() }; drained = [] }
    public func wait() async { if link.outlet.isWritable { return }; await withCheckedContinuation { drained.append($0) } }
}

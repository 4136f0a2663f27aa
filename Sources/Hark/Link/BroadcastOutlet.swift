internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Sends events to every peer of a server.
///
/// An event for all is written once, in the form in which it travels: names have the same numbers on all connections of
/// a server. The peers take over what was written at the end of the turn, or earlier when something goes to one of them
/// alone, so that everybody hears everything in the order of the calls. Peers that cannot send at once get each event
/// by itself, because what becomes of it is for their queues to say.
package final class BroadcastOutlet: Outlet {
    /// A place in the events of this turn.
    struct Position {
        /// Counted events up to here, since there is this outlet.
        var mark: UInt64 = 0
        /// Bytes up to here, in the chunks that are kept.
        var offset = 0
    }

    let names = NativeNames()
    private let pool: ChunkPool

    /// 256 KiB: what a turn says to all is nearly always one piece, and one write; and it stays in the caches while
    /// one peer after the other sends it.
    private static let chunkByteCount = 256 << 10

    private let flusher: LoopBound<Flusher>

    /// Where events go. Looked into without counting references: with every event that would be a write to memory of
    /// every peer.
    @exclusivity(unchecked) private var peers: [LoopBound<NativeOutlet>] = []
    /// In this turn: how many of them follow, which means that they take over what is written here, and who gets each
    /// event by itself.
    @exclusivity(unchecked) private var followerCount = 0
    @exclusivity(unchecked) private var others: [LoopBound<NativeOutlet>] = []

    /// The event that is being written.
    @exclusivity(unchecked) private var name: EventName?
    @exclusivity(unchecked) private var text: [UInt8] = []
    @exclusivity(unchecked) private var headByteCount = 0
    /// Its name means something else to some peers, so each of them is asked.
    @exclusivity(unchecked) private var isReserved = false
    /// Which names those are.
    var nameRules: OutletRules = []
    /// Until when it is worth sending.
    private var deadline: UInt64?

    /// All names used so far have numbers up to this one.
    @exclusivity(unchecked) private(set) var highestNumber: UInt32 = 0

    @EventLoop
    init() {
        pool = ChunkPool(chunkByteCount: Self.chunkByteCount)
        flusher = LoopBound(Flusher())
        super.init(pool)
    }

    func add(_ peer: NativeOutlet) {
        endTurn()
        peers.append(LoopBound(peer))
    }

    func remove(_ peer: NativeOutlet) {
        endTurn()
        peers.removeAll { other in other.onLoop { $0 === peer } }
    }

    package override func close() {
        endTurn()
        super.close()
    }

    // MARK: Turns

    /// Where the next event begins.
    var position: Position { Position(mark: arguments.bytes.mark, offset: arguments.bytes.byteCount) }

    /// Events in one chunk.
    struct Part {
        let chunk: ByteChunk
        let range: Range<Int>
        /// Counted events up to its end.
        let mark: UInt64
    }

    /// Calls `body` with the events from `offset` on, part by part.
    ///
    /// - Parameter fullOnly: leaves out the chunk that is being filled.
    func forEachPart(from offset: Int, fullOnly: Bool, _ body: (Part) -> Void) {
        var offset = offset
        for index in 0..<arguments.bytes.sealed.count {
            let chunk = arguments.bytes.sealed[index]
            if offset < chunk.count { body(Part(chunk: chunk, range: offset..<chunk.count, mark: chunk.mark)) }
            offset = max(0, offset - chunk.count)
        }
        guard !fullOnly, let (chunk, count) = arguments.bytes.openChunk, offset < count else { return }
        body(Part(chunk: chunk, range: offset..<count, mark: arguments.bytes.mark))
    }

    private func beginTurn() {
        isMarked = true
        bodyByteCountMax = UInt32(clamping: FrameHeader.bodyByteCountMax)
        flusher.onLoop { flusher in EventLoop.enterVerified((flusher, self)) { $0.schedule($1) } }
        followerCount = 0
        for index in peers.indices {
            peers[index].onLoop { outlet in
                guard outlet.isWritable, outlet.nameCountMax >= Self.nameCountMax, isLenient(to: outlet) else {
                    return others.append(peers[index])
                }
                followerCount += 1
                bodyByteCountMax = min(bodyByteCountMax, outlet.bodyByteCountMax)
                outlet.follow(self)
            }
        }
        // The short way is for events that concern nobody else.
        isWritable = others.isEmpty
    }

    /// Whether `outlet` takes every event that is taken here, so that nobody has to ask it.
    private func isLenient(to outlet: NativeOutlet) -> Bool {
        !outlet.rules.contains(.oneArgument) || rules.contains(.oneArgument)
    }

    /// The followers take over the chunks that are full, and send them. Who cannot any more gets each further event by
    /// itself.
    private func handOver() {
        let byteCount = arguments.bytes.sealed.byteCount
        let peers = peers
        for index in peers.indices {
            peers[index].onLoop { if $0.isFollowing { $0.takeFullChunks(byteCount) } }
        }
        giveFullBack()
        // What they do with it may lead back here, and end the turn.
        for index in peers.indices { peers[index].onLoop { if $0.isFollowing { $0.added() } } }
        guard isMarked else { return }
        for index in peers.indices {
            peers[index].onLoop { outlet in
                guard outlet.isFollowing, !outlet.isWritable else { return }
                outlet.stopFollowing()
                followerCount -= 1
                others.append(peers[index])
            }
        }
        isWritable = others.isEmpty
    }

    /// The followers take over what was written.
    fileprivate func endTurn() {
        guard isMarked else { return }
        isMarked = false
        isWritable = false
        // What they do with it may lead back here.
        let peers = peers
        others.removeAll(keepingCapacity: true)
        for index in peers.indices { peers[index].onLoop { if $0.isFollowing { $0.stopFollowing() } } }
        if !isMarked { release() }
    }

    /// Keeps the chunk that is being filled while peers show what is in it: the next events follow there.
    private func release() {
        giveFullBack()
        if arguments.bytes.openChunk?.chunk.isShown != true { arguments.bytes.discardOpen() }
    }

    private func giveFullBack() {
        while let chunk = arguments.bytes.sealed.popFirst() { pool.put(chunk) }
    }

    // MARK: Events

    /// 4 096: names with higher numbers travel in full, since not every client takes more.
    private static let nameCountMax = NativeLimits().nameCount

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if let refusal { return isRefusing ? beginRefused(name.utf8) : refusal }
        self.name = name
        self.isVolatile = isVolatile
        let known = names.number(ofKey: name.id)
        return name.utf8.withUnsafeBytes { utf8 in
            guard utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
            isReserved = nameRules.reserve(utf8)
            let number = known > 0 ? known : names.define(utf8, key: name.id, countMax: Self.nameCountMax)
            if !isVolatile, number > 0, rules.isEmpty, !isReserved { allowShortcut(name, number) }
            return begin(utf8, number: number)
        }
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if let refusal { return isRefusing ? beginRefused(Array(name)) : refusal }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        self.name = nil
        self.isVolatile = isVolatile
        isReserved = nameRules.reserve(name)
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: name)
        return begin(name, number: names.define(name, key: nil, countMax: Self.nameCountMax))
    }

    override func name(_ number: UInt64) -> String { names.string(number) }

    private var refusal: EmitResult? {
        if isClosed { return isRefusing ? .dropped(.closed) : drop(.closed) }
        return peers.isEmpty ? .noListeners : nil
    }

    private func begin(_ utf8: UnsafeRawBufferPointer, number: UInt32) -> EmitResult? {
        if !isMarked { beginTurn() }
        if number == 0 || number > Self.nameCountMax {
            NativeOutgoing.beginEvent(named: utf8, isVolatile: false, into: &arguments.bytes)
        } else {
            highestNumber = max(highestNumber, number)
            NativeOutgoing.beginEvent(number, isVolatile: false, into: &arguments.bytes)
        }
        headByteCount = arguments.bytes.frameByteCount
        return nil
    }

    package override func end(expiringAt deadline: UInt64) -> EmitResult {
        self.deadline = deadline
        defer { self.deadline = nil }
        return end()
    }

    /// - Returns: the best of the peers' results.
    package override func end() -> EmitResult {
        guard arguments.takeFailure() == nil else {
            if rules.contains(.tellsEach) { return refuse(.notEncodable) }
            arguments.bytes.abandonFrame()
            return drop(.notEncodable)
        }
        if !rules.isEmpty, let refusal = refuseForbidden() { return refusal }
        let isShared =
            !isVolatile && !isReserved && deadline == nil && followerCount > 0
            && arguments.bytes.frameByteCount - FrameHeader.byteCount <= bodyByteCountMax
        let recipients = isShared ? others : peers
        let copy = recipients.isEmpty ? nil : copyOfArguments()
        if isShared {
            NativeFrame.end(&arguments.bytes)
            arguments.bytes.mark &+= 1
            if arguments.bytes.hasFullWrite { handOver() }
        } else {
            arguments.bytes.abandonFrame()
        }
        guard let copy else { return .written }
        defer { pool.put(copy) }
        let result = send(copy.bytes(from: 0), to: recipients)
        return isShared ? .written : result
    }

    // MARK: One by one

    private func copyOfArguments() -> ByteChunk {
        let encoded = arguments.bytes.frameBytes(from: headByteCount)
        let copy = pool.take(byteCount: max(encoded.count, 1))
        if let start = encoded.baseAddress { copy.base.copyMemory(from: start, byteCount: encoded.count) }
        copy.count = encoded.count
        return copy
    }

    /// - Returns: the best of the results.
    private func send(_ encoded: UnsafeRawBufferPointer, to peers: [LoopBound<NativeOutlet>]) -> EmitResult {
        // Whoever hears of a dropped event may emit another one.
        let (name, text, isVolatile, deadline) = (name, text, isVolatile, deadline)
        var best: EmitResult?
        for peer in peers {
            let result = peer.onLoop { peer -> EmitResult in
                let refusal =
                    if let name {
                        peer.begin(name, isVolatile: isVolatile)
                    } else {
                        text.withUnsafeBytes { peer.begin($0, isVolatile: isVolatile) }
                    }
                if let refusal { return refusal }
                peer.arguments.bytes.append(encoded)
                return deadline.map { peer.end(expiringAt: $0) } ?? peer.end()
            }
            switch (result, best) {
            case (.written, _): best = .written
            case (.queued, .written?): break
            case (.queued, _): best = .queued
            case (let other, nil): best = other
            case (_, .some): break
            }
        }
        return best ?? .noListeners
    }
}

/// Ends a turn of a broadcast before the peers write what they have.
@EventLoop
private final class Flusher: Flushable {
    /// Until the flush.
    private var outlet: BroadcastOutlet?

    func schedule(_ outlet: BroadcastOutlet) {
        guard self.outlet == nil else { return }
        self.outlet = outlet
        EventLoop.current.flushAtEndOfTurn(self)
    }

    func flush() {
        let outlet = outlet
        self.outlet = nil
        outlet?.endTurn()
    }
}

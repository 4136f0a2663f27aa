package import HarkProtocol
package import HarkUV
package import HarkWire

/// What sends the data that an outlet writes.
@EventLoop
package protocol DataSink: AnyObject {
    /// There is data to send: the first of this turn, or a full chunk.
    func dataAdded()
}

/// Writes events as native frames into the data stream of one link.
package final class NativeOutlet: Outlet {
    @exclusivity(unchecked) package var outgoing = NativeOutgoing()

    /// Hears of data to write.
    private unowned let link: any DataSink

    package init(pool: ChunkPool, link: any DataSink) {
        self.link = link
        super.init(pool: pool)
        bodyByteCountMax = outgoing.limits.frameByteCount
    }

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if !isWritable, let refusal { return refusal }
        self.isVolatile = isVolatile
        let number = outgoing.number(ofKey: name.id)
        if number == 0 { return beginFirst(name) }
        outgoing.beginEvent(number, isVolatile: isVolatile, into: &arguments.bytes)
        return nil
    }

    /// The first event of this name.
    @inline(never)
    private func beginFirst(_ name: EventName) -> EmitResult? {
        name.utf8.withUnsafeBytes { utf8 in
            let number = outgoing.define(utf8, key: name.id, into: &arguments.bytes)
            allowShortcut(name, number)
            return begin(utf8, number: number)
        }
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if !isWritable, let refusal { return refusal }
        self.isVolatile = isVolatile
        var number = outgoing.number(of: name)
        if number == 0 { number = outgoing.define(name, into: &arguments.bytes) }
        return begin(name, number: number)
    }

    private func begin(_ name: UnsafeRawBufferPointer, number: UInt32) -> EmitResult? {
        if number == 0 {
            outgoing.beginEvent(named: name, isVolatile: isVolatile, into: &arguments.bytes)
        } else {
            outgoing.beginEvent(number, isVolatile: isVolatile, into: &arguments.bytes)
        }
        return nil
    }

    package override func end() -> EmitResult {
        defer { isVolatile = false }
        if arguments.takeFailure() != nil {
            arguments.bytes.abandonFrame()
            return .dropped(.notEncodable)
        }
        guard outgoing.endEvent(isVolatile: isVolatile, &arguments.bytes) else { return .dropped(.tooLarge) }
        if !isMarked || arguments.bytes.hasSealed { tellLink() }
        return isWritable ? .written : .queued
    }

    @inline(never)
    private func tellLink() {
        isMarked = true
        EventLoop.enterVerified(self) { $0.link.dataAdded() }
    }

    private var refusal: EmitResult? {
        arguments.bytes.byteCount > 8 << 20 ? .dropped(.queueFull) : nil
    }
}

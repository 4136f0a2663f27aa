internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Writes an event once and copies it to every peer of a server.
package final class BroadcastOutlet: Outlet {
    /// Where the event goes.
    var peers: [Outlet] = []

    private var name: EventName?
    private var text: [UInt8] = []

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        guard !isClosed else { return drop(.closed) }
        guard !peers.isEmpty else { return .noListeners }
        self.name = name
        self.isVolatile = isVolatile
        arguments.bytes.beginFrame()
        return nil
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        guard !isClosed else { return drop(.closed) }
        guard !peers.isEmpty else { return .noListeners }
        guard name.count <= NativeLimits.nameByteCountMax else { return .dropped(.nameTooLong) }
        self.name = nil
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: name)
        self.isVolatile = isVolatile
        arguments.bytes.beginFrame()
        return nil
    }

    /// - Returns: the best of the peers' results.
    package override func end() -> EmitResult {
        defer { arguments.bytes.abandonFrame() }
        guard arguments.takeFailure() == nil else { return .dropped(.notEncodable) }
        let encoded = arguments.bytes.frameBytes()
        var result: EmitResult?
        // By index: a peer that closes meanwhile leaves the list in a later turn.
        for index in peers.indices {
            let peer = peers[index]
            let refusal =
                if let name {
                    peer.begin(name, isVolatile: isVolatile)
                } else {
                    text.withUnsafeBytes { peer.begin($0, isVolatile: isVolatile) }
                }
            if let refusal {
                result = result ?? refusal
                continue
            }
            peer.arguments.bytes.append(encoded)
            switch (peer.end(), result) {
            case (.written, _): result = .written
            case (.queued, .written?): break
            case (.queued, _): result = .queued
            case (let other, nil): result = other
            case (_, .some): break
            }
        }
        return result ?? .noListeners
    }
}

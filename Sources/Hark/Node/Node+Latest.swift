internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// The latest value of an event: kept by who has emitted it, for those who begin to listen later.
extension Node {
    /// Emits an event, and keeps its arguments: who listens with `onLatest` later gets them at once. Of each name the
    /// latest is kept, for 4 096 names.
    @discardableResult
    public func emitLatest<each A: EventArgument>(_ name: String, _ arguments: repeat each A) -> EmitResult {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for argument in repeat each arguments { argument.encode(into: &writer) }
        guard writer.takeFailure() == nil else { return outlet.onLoop { $0.drop(.notEncodable) } }
        guard latest.keep(name, writer.bytes.takeBytes()) else { return outlet.onLoop { $0.drop(.queueFull) } }
        return emit(name, repeat each arguments)
    }

    /// Keeps the latest value of this name no longer.
    public func forgetLatest(_ name: String) { latest.forget(name) }

    /// Listens to events whose names fit, and hears at once what was emitted last with `emitLatest`, by each node. Of a
    /// node that comes later too.
    ///
    /// - Throws: `HarkError` with code `.invalidPattern`, or `.unsupported` where the wire has none.
    @discardableResult
    public func onLatest(
        _ pattern: String, _ body: @escaping @EventLoop (Event) throws -> Void
    ) throws(HarkError) -> Subscription {
        guard let mesh else {
            throw HarkError(.unsupported, "the \(options.dialect) dialect has no latest values")
        }
        let subscription = try on(matching: pattern, body)
        latest.add(
            LatestListener(
                pattern: pattern, parts: SubjectPattern(Array(pattern.utf8)), subscription: subscription, body: body))
        for identity in mesh.identities { mesh.requests.askLatest(pattern, of: identity) }
        return subscription
    }
}

internal import HarkUV
public import HarkWire

/// Requests have names of their own, apart from events. Each is answered once, by the one who said `reply(to:)`; on a
/// server a peer's own responder goes before the server's.
extension Emitter {
    /// Answers requests of this name with what `body` returns.
    ///
    /// An error that it throws is sent to the one who asked, as `.requestFailed` with its text.
    /// - Throws: `HarkError` with code `.duplicate` when somebody answers this name already.
    public func reply<each A: EventArgument, Result: EventArgument>(
        to name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Result
    ) throws(HarkError) {
        try responders.add(name) { arguments, reply in
            var reader = ArgumentReader(arguments)
            let result = try body(repeat try (each A)(reading: &reader))
            reply.send { result.encode(into: &$0) }
        }
    }

    /// Answers requests of this name, without a result.
    ///
    /// - Throws: `HarkError` with code `.duplicate` when somebody answers this name already.
    public func reply<each A: EventArgument>(
        to name: String, _ body: @escaping @EventLoop (repeat each A) throws -> Void
    ) throws(HarkError) {
        try responders.add(name) { arguments, reply in
            var reader = ArgumentReader(arguments)
            try body(repeat try (each A)(reading: &reader))
            reply.send { $0.writeNull() }
        }
    }

    /// Answers requests of this name with work that waits.
    ///
    /// - Throws: `HarkError` with code `.duplicate` when somebody answers this name already.
    public func reply<each A: EventArgument, Result: EventArgument>(
        to name: String, _ body: @escaping @EventLoop (repeat each A) async throws -> Result
    ) throws(HarkError) {
        try responders.add(name) { arguments, reply in
            var reader = ArgumentReader(arguments)
            let decoded = (repeat try (each A)(reading: &reader))
            EventLoop.task {
                do {
                    let result = try await body(repeat each decoded)
                    reply.send { result.encode(into: &$0) }
                } catch {
                    reply.fail(error)
                }
            }
        }
    }

    /// Stops answering requests of this name.
    public func stopReplying(to name: String) { responders.remove(name) }
}

internal import HarkUV
internal import HarkWire

/// Answers one request: decodes the arguments, and gives the result to the reply when there is one.
typealias Responder = @EventLoop (UnsafeRawBufferPointer, Reply) throws -> Void

/// Who answers requests, by name. One per name.
@EventLoop
final class ResponderTable {
    private var responders: [String: Responder] = [:]

    /// Makes the responder for a name that nobody has claimed.
    var unclaimed: (@EventLoop (String) -> Responder)?

    nonisolated init() {}

    func add(_ name: String, _ responder: @escaping Responder) throws(HarkError) {
        guard responders[name] == nil else {
            throw HarkError(.duplicate, "requests \"\(name)\" are answered already; one reply(to:) per name")
        }
        responders[name] = responder
    }

    func responder(of name: String) -> Responder? { responders[name] ?? unclaimed?(name) }

    func remove(_ name: String) { responders[name] = nil }

    func removeAll() {
        responders.removeAll()
        unclaimed = nil
    }
}

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

    /// Hears of names that are answered from now on, 1, or are no more, -1.
    var onChange: (@EventLoop (String, Int) -> Void)?

    nonisolated init() {}

    func add(_ name: String, _ responder: @escaping Responder) throws(HarkError) {
        guard responders[name] == nil else {
            throw HarkError(.duplicate, "requests \"\(name)\" are answered already; one reply(to:) per name")
        }
        responders[name] = responder
        onChange?(name, 1)
    }

    func responder(of name: String) -> Responder? { responders[name] ?? unclaimed?(name) }

    func remove(_ name: String) {
        if responders.removeValue(forKey: name) != nil { onChange?(name, -1) }
    }

    func removeAll() {
        responders.removeAll()
        unclaimed = nil
    }
}

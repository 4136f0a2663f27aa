internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The latest arguments of events that were emitted to be kept: who begins to listen later gets them at once.
@EventLoop
final class LatestValues {
    /// 4 096 names have a latest value; further ones are refused.
    static nonisolated let countMax = 4_096

    private unowned let node: Node
    private var values: [String: [UInt8]] = [:]
    private var listeners: [LatestListener] = []

    init(_ node: Node) { self.node = node }

    /// - Returns: false when there is no room for one more.
    func keep(_ name: String, _ arguments: [UInt8]) -> Bool {
        guard values[name] != nil || values.count < Self.countMax else { return false }
        values[name] = arguments
        return true
    }

    func forget(_ name: String) { values[name] = nil }

    func values(matching pattern: String) -> [(name: String, arguments: [UInt8])] {
        let parts = SubjectPattern(Array(pattern.utf8))
        return values.filter { $0.key == pattern || parts.matches(Array($0.key.utf8)) }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: Those of others

    func add(_ listener: LatestListener) {
        listeners.removeAll { !$0.subscription.isActive }
        listeners.append(listener)
    }

    /// What others are asked for.
    var patterns: [String] { Set(listeners.lazy.filter(\.subscription.isActive).map(\.pattern)).sorted() }

    /// Another node tells what it has emitted last.
    func received(_ name: String, _ arguments: [UInt8], from origin: String) {
        let dispatch = NodeDispatch()
        (dispatch.name, dispatch.origin) = (name, origin)
        for listener in listeners where listener.subscription.isActive && listener.parts.matches(Array(name.utf8)) {
            Dispatch.node = dispatch
            let event = arguments.withUnsafeBytes { Event(arriving: $0) }
            do { try listener.body(event) } catch {
                node.report(HarkError(listener: error, event: name, peer: origin))
            }
            Dispatch.node = nil
        }
    }
}

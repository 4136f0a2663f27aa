import Foundation
import Hark

/// For people, on a terminal.
extension Report {
    /// The line; nil for what is no data and goes to standard error.
    func readable(_ style: Style) -> String? {
        switch self {
        case .event(let name, let arguments, let peer, let isRedelivered):
            ([style.bold(name)] + arguments.map(\.description)).joined(separator: " ") + Self.suffix(peer, style)
                + (isRedelivered ? style.dim("  again") : "")
        case .request(let id, let name, let arguments, let peer):
            (["?\(id)", style.bold(name)] + arguments.map(\.description)).joined(separator: " ")
                + Self.suffix(peer, style)
        case .set(let values, let peer):
            values.map { "\(style.bold($0.key)) = \($0.value)" }.joined(separator: ", ") + Self.suffix(peer, style)
        case .ack(let name): style.dim("\(name) acknowledged")
        case .end(let statistics): style.dim(Self.account(statistics))
        case .listening, .connect, .reconnect, .disconnect, .backoff, .error, .member: nil
        }
    }

    /// Only the arguments of an event; nil for everything else.
    var raw: String? {
        guard case .event(_, let arguments, _, _) = self else { return nil }
        return arguments.map { $0.string ?? $0.description }.joined(separator: " ")
    }

    /// The sentence for standard error; nil for data.
    var notice: String? {
        switch self {
        case .listening(let endpoint): "listening on \(endpoint)"
        case .connect(let peer): peer.map { "\($0) connected" } ?? "connected"
        case .reconnect: "connected again"
        case .disconnect(let peer?, let reason): "\(peer) disconnected: \(reason)"
        case .disconnect(nil, let reason): "the connection is lost: \(reason)"
        case .backoff(attempt: 0, let delay): "next attempt in \(Self.seconds(delay))"
        case .backoff(let failed, let delay): "next attempt in \(Self.seconds(delay)), after \(failed) that failed"
        case .error(let message): message
        case .member(let id, let address, true): "\(id) is there, at \(address)"
        case .member(let id, _, false): "\(id) is gone"
        case .event, .request, .set, .ack, .end: nil
        }
    }

    /// What people want to know although a script reads standard output: how it goes on without a connection.
    var aside: String? {
        switch self {
        case .disconnect(nil, _), .backoff, .reconnect, .member: notice
        default: nil
        }
    }

    private static func seconds(_ delay: Duration) -> String { String(format: "%.1f s", delay / .seconds(1)) }

    private static func account(_ statistics: Statistics) -> String {
        let reasons = statistics.dropped.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        let dropped = statistics.dropped.values.reduce(0, +)
        let written = statistics.written == 0 ? "" : " + \(statistics.written) written"
        return "\(statistics.emitted) sent = \(statistics.acknowledged) acknowledged" + written
            + " + \(dropped) dropped\(reasons.isEmpty ? "" : " (\(reasons))")"
            + " + \(statistics.unknown + statistics.inFlight) unknown"
    }

    private static func suffix(_ peer: Peer.ID?, _ style: Style) -> String {
        peer.map { style.dim("  from \($0)") } ?? ""
    }
}

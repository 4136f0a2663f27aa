import Hark

/// For people, on a terminal.
extension Report {
    /// The line, and nil for errors: they go to standard error.
    func readable(_ style: Style) -> String? {
        switch self {
        case .event(let name, let arguments, let peer, let isRedelivered):
            ([style.bold(name)] + arguments.map(\.description)).joined(separator: " ") + Self.suffix(peer, style)
                + (isRedelivered ? style.dim("  again") : "")
        case .request(let id, let name, let arguments, let peer):
            (["?\(id)", style.bold(name)] + arguments.map(\.description)).joined(separator: " ")
                + Self.suffix(peer, style)
        case .listening(let endpoint): style.dim("listening on \(endpoint)")
        case .connect(let peer): style.dim(peer.map { "\($0) connected" } ?? "connected")
        case .reconnect: style.dim("connected again")
        case .disconnect(let peer, let reason): style.dim("\(peer ?? "") disconnected: \(reason)".trimmed)
        case .ack(let name): style.dim("\(name) acknowledged")
        case .error: nil
        case .end(let statistics): style.dim(Self.account(statistics))
        }
    }

    /// Only the arguments of an event; nil for everything else.
    var raw: String? {
        guard case .event(_, let arguments, _, _) = self else { return nil }
        return arguments.map { $0.string ?? $0.description }.joined(separator: " ")
    }

    private static func account(_ statistics: Statistics) -> String {
        let reasons = statistics.dropped.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        let dropped = statistics.dropped.values.reduce(0, +)
        return "\(statistics.emitted) sent = \(statistics.acknowledged) acknowledged"
            + " + \(dropped) dropped\(reasons.isEmpty ? "" : " (\(reasons))")"
            + " + \(statistics.unknown + statistics.inFlight) unknown"
    }

    private static func suffix(_ peer: Peer.ID?, _ style: Style) -> String {
        peer.map { style.dim("  from \($0)") } ?? ""
    }
}

extension String {
    fileprivate var trimmed: String { first == " " ? String(dropFirst()) : self }
}

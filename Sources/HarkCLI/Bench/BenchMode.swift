import ArgumentParser

/// What `hark bench` measures.
enum BenchMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case roundTrip = "round-trip"
    case oneWay = "one-way"
    case acknowledged
    case requests
    case fanOut = "fan-out"
    case idle
    case cast

    /// For `--help`.
    var promise: String {
        switch self {
        case .roundTrip: "an event to the other side, and its answer back"
        case .oneWay: "events to the other side, which counts them"
        case .acknowledged: "events until their acknowledgements, --window at a time"
        case .requests: "requests and their replies, --window at a time"
        case .fanOut: "an event to a server, which sends it to all clients"
        case .idle: "how much memory of the server idle connections take"
        case .cast: "events to a multicast group on this machine, with what is lost"
        }
    }

    /// Whether the other side answers, so that how many are under way can be limited.
    var isAnswered: Bool {
        switch self {
        case .roundTrip, .acknowledged, .requests, .fanOut: true
        case .oneWay, .idle, .cast: false
        }
    }

    /// 1 shows how long things take; requests are asked side by side in life, and events acknowledged together.
    var windowDefault: Int { self == .requests || self == .acknowledged ? 64 : 1 }

    /// All modes, for `--help`.
    static let table =
        "MODES:\n" + allCases.map { "  " + $0.rawValue.padded(to: 14) + $0.promise }.joined(separator: "\n")
}

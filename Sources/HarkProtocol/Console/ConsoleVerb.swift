/// The commands that every console has. There are no others, and nothing is evaluated.
package enum ConsoleVerb: String, CaseIterable, Sendable {
    case help, peers, statistics, subscriptions, emit, log, drain, quit

    /// How it is written in a line.
    package var usage: String {
        switch self {
        case .help: "help [COMMAND]"
        case .peers: "peers"
        case .statistics: "statistics"
        case .subscriptions: "subscriptions"
        case .emit: "emit NAME [JSON]…"
        case .log: "log [COMPONENT] [LEVEL]"
        case .drain: "drain"
        case .quit: "quit"
        }
    }

    package var summary: String {
        switch self {
        case .help: "what there is, or how to write it"
        case .peers: "who is there"
        case .statistics: "what has become of all events"
        case .subscriptions: "which events are listened to, by how many listeners"
        case .emit: "emits an event, with arguments in JSON"
        case .log: "shows what is logged, or changes it, for one component or all"
        case .drain: "waits until everything emitted so far has left"
        case .quit: "closes this console, and nothing else"
        }
    }
}

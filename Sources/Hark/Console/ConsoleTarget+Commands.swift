package import HarkProtocol
import HarkWire
import Logging

/// The commands, carried out.
extension ConsoleTarget {
    package func carryOut(_ command: ConsoleCommand) async throws -> ConsoleAnswer {
        switch command {
        case .help(nil): help
        case .help(let name?): try help(on: name)
        case .peers: .table(consolePeers)
        case .statistics: .record(consoleStatistics)
        case .subscriptions: .table(consoleSubscriptions.map(Self.row))
        case .emit(let name, let arguments): .text(Self.words(consoleEmit(name, arguments)))
        case .log(let words): try log(words)
        case .drain: try await drain()
        // The connection sees to that.
        case .quit: .value(.null)
        case .read(let name): try read(name)
        case .call(let name, let arguments): try await call(name, arguments)
        case .unknown(let name): throw unknown("command", name, among: commandNames, all: "help")
        }
    }

    private static func row(_ subscription: ConsoleSubscription) -> Value {
        [
            "name": .string(subscription.name), "kind": subscription.isPattern ? "pattern" : "event",
            "listeners": .int(Int64(subscription.listenerCount)),
        ]
    }

    private static func words(_ result: EmitResult) -> String {
        switch result {
        case .written: "written"
        case .queued: "queued"
        case .noListeners: "noListeners"
        case .dropped(let reason): "dropped: \(reason.rawValue)"
        }
    }

    private func drain() async throws -> ConsoleAnswer {
        try await consoleDrain()
        return .text("drained")
    }

    // MARK: Help

    private var commandNames: [String] {
        ConsoleVerb.allCases.map(\.rawValue)
            + (consoleObject.map { object in memberNames.map { "\(object).\($0)" } } ?? [])
    }

    private var memberNames: [String] { consoleMembers.keys.sorted() }

    private var help: ConsoleAnswer {
        let commands = ConsoleVerb.allCases.map { Self.row($0.usage, $0.summary) }
        guard let object = consoleObject else { return .table(commands) }
        return .table(commands + memberNames.map { member(object, $0) })
    }

    private func help(on name: String) throws(ConsoleError) -> ConsoleAnswer {
        if let verb = ConsoleVerb(rawValue: name) { return .table([Self.row(verb.usage, verb.summary)]) }
        if let object = consoleObject, name.hasPrefix(object + "."), commandNames.contains(name) {
            return .table([member(object, String(name.dropFirst(object.count + 1)))])
        }
        throw unknown("command", name, among: commandNames, all: "help")
    }

    private func member(_ object: String, _ name: String) -> Value {
        switch consoleMembers[name] {
        case .method: Self.row("\(object).\(name)([JSON, …])", "calls it")
        default: Self.row("\(object).\(name)", "shows it")
        }
    }

    private static func row(_ usage: String, _ summary: String) -> Value {
        ["command": .string(usage), "summary": .string(summary)]
    }

    // MARK: Members

    private func read(_ name: String) throws(ConsoleError) -> ConsoleAnswer {
        switch consoleMembers[name] {
        case .property(let body): return .value(body())
        case .method:
            let call = "\(consoleObject ?? "").\(name)()"
            throw ConsoleError("\(name) is a method; write \(call), or give it arguments, be they []")
        case nil: throw unknownMember(name)
        }
    }

    private func call(_ name: String, _ arguments: [Value]) async throws -> ConsoleAnswer {
        switch consoleMembers[name] {
        case .method(let body): return .value(try await body(arguments))
        // Programs need not know which is which.
        case .property(let body) where arguments.isEmpty: return .value(body())
        case .property: throw ConsoleError("\(name) is a property; write \(consoleObject ?? "").\(name)")
        case nil: throw unknownMember(name)
        }
    }

    private func unknownMember(_ name: String) -> ConsoleError {
        guard let object = consoleObject else {
            return unknown("command", name, among: commandNames, all: "help")
        }
        return unknown("member of \(object)", name, among: memberNames, all: "help")
    }

    private func unknown(_ kind: String, _ name: String, among names: [String], all: String) -> ConsoleError {
        let nearest = Suggestion.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ";"
        return ConsoleError("there is no \(kind) \"\(name)\"\(nearest) \(all) shows all there are", code: "unknown")
    }

    // MARK: Logging

    private func log(_ words: [String]) throws -> ConsoleAnswer {
        let levels = consoleLogLevels
        let components = levels.map(\.component)
        if let component = words.first, components.contains(component) {
            guard words.count == 2 else { return logLevels(of: levels.filter { $0.component == component }) }
            try consoleLog(from: level(words[1]), component: component)
        } else if words.count == 2 {
            throw unknown("component", words[0], among: components, all: "log")
        } else if let word = words.first {
            guard let level = Logger.Level(rawValue: word) else {
                let names = components + Logger.Level.allCases.map(\.rawValue)
                throw unknown("component or level", word, among: names, all: "help log")
            }
            try consoleLog(from: level, component: nil)
        }
        return logLevels(of: consoleLogLevels)
    }

    private func level(_ word: String) throws(ConsoleError) -> Logger.Level {
        if let level = Logger.Level(rawValue: word) { return level }
        let names = Logger.Level.allCases.map(\.rawValue)
        throw ConsoleError(
            "there is no level \"\(word)\"; choose one of \(names.joined(separator: ", "))", code: "unknown")
    }

    private func logLevels(of levels: [(component: String, level: Logger.Level)]) -> ConsoleAnswer {
        .record(.object(Value.Object(levels.map { ($0.component, .string($0.level.rawValue)) })))
    }
}

extension ConsoleError {
    /// What went wrong while a command was carried out.
    init(_ error: any Error) {
        switch error {
        case let error as ConsoleError: self = error
        case let error as HarkError: self.init("\(error)", code: "\(error.code)")
        default: self.init("\(error)", code: "failed")
        }
    }
}

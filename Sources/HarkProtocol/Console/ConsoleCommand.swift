package import HarkWire

/// What somebody asks of a console.
package enum ConsoleCommand: Hashable, Sendable {
    /// About everything, or about the command of this name.
    case help(String?)
    case peers
    case statistics
    case subscriptions
    case emit(String, [Value])
    /// A component, a level, both or neither.
    case log([String])
    case drain
    case quit
    /// A property of the object that the console is for.
    case read(String)
    /// A method of the object that the console is for.
    case call(String, [Value])
    /// There is no such command.
    case unknown(String)

    /// - Throws: when these arguments do not go with it.
    package init(_ verb: ConsoleVerb, _ arguments: [Value]) throws(ConsoleError) {
        switch verb {
        case .help:
            let words = try Self.words(arguments, atMost: 1, verb)
            self = .help(words.first)
        case .log: self = .log(try Self.words(arguments, atMost: 2, verb))
        case .emit:
            guard case .string(let name)? = arguments.first else {
                throw ConsoleError("the name of the event is missing; write \(verb.usage)")
            }
            self = .emit(name, Array(arguments.dropFirst()))
        case .peers: self = try Self.bare(.peers, arguments, verb)
        case .statistics: self = try Self.bare(.statistics, arguments, verb)
        case .subscriptions: self = try Self.bare(.subscriptions, arguments, verb)
        case .drain: self = try Self.bare(.drain, arguments, verb)
        case .quit: self = try Self.bare(.quit, arguments, verb)
        }
    }

    private static func bare(
        _ command: ConsoleCommand, _ arguments: [Value], _ verb: ConsoleVerb
    ) throws(ConsoleError) -> ConsoleCommand {
        _ = try words(arguments, atMost: 0, verb)
        return command
    }

    private static func words(
        _ arguments: [Value], atMost countMax: Int, _ verb: ConsoleVerb
    ) throws(ConsoleError) -> [String] {
        let words = arguments.compactMap(\.string)
        guard words.count == arguments.count, words.count <= countMax else {
            throw ConsoleError("these arguments do not go with \(verb.rawValue); write \(verb.usage)")
        }
        return words
    }
}

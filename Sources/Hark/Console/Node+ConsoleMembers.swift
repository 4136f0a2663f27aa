internal import HarkUV
internal import HarkWire
internal import Logging

/// What can be written behind `node.` at the console: from this table and nowhere else.
extension Node {
    package var consoleMembers: [String: ConsoleMember] {
        consoleMethods.merging(consoleState) { one, _ in one }.merging(consoleOptions) { one, _ in one }
    }

    private var consoleMethods: [String: ConsoleMember] {
        [
            "emit": .method { [self] arguments in
                let name = try ConsoleArguments(arguments).text(0)
                return .result(emit(name, values: Array(arguments.dropFirst())))
            },
            "localEmit": .method { [self] arguments in
                let name = try ConsoleArguments(arguments).text(0)
                return .result(localEmit(name, values: Array(arguments.dropFirst())))
            },
            "listeners": .method { [self] arguments in
                .count(listenerCount(for: try ConsoleArguments(arguments, 1...1).text(0)))
            },
            "subscribers": .method { [self] arguments in
                .count(subscriberCount(of: try ConsoleArguments(arguments, 1...1).text(0)))
            },
            "logLevel": .method { [self] arguments in
                let arguments = try ConsoleArguments(arguments, 0...1)
                if !arguments.values.isEmpty { logThreshold.level = try arguments.level(0) }
                return .string(logger.logLevel.rawValue)
            },
            "clients": .method { [self] arguments in
                _ = try ConsoleArguments(arguments, 0...0)
                return .count(console?.clientCount ?? 0)
            },
        ]
    }

    private var consoleState: [String: ConsoleMember] {
        [
            "id": .property { [self] in .string(id) },
            "endpoints": .property { [self] in .array(endpoints.map { .string("\($0)") }) },
            "peers": .property { [self] in .array(consolePeers) },
            "nodes": .property { [self] in
                .array(nodes.map { ["id": .string($0.id), "distance": .count($0.distance)] })
            },
            "rooms": .property { [self] in .array(rooms.sorted().map { .string($0) }) },
            "eventNames": .property { [self] in .array(eventNames.map { .string($0) }) },
        ]
    }

    private var consoleOptions: [String: ConsoleMember] {
        let options = options
        return [
            "dialect": .property { .string("\(options.dialect)") },
            "channel": .property { .string(options.channel) },
            "hopLimit": .property { .count(options.hopLimit) },
            "maxPeers": .property { .count(options.maxPeers) },
            "timeout": .property { .count(Int(clamping: options.timeout.milliseconds)) },
            "bufferTimeout": .property { .count(Int(clamping: options.bufferTimeout.milliseconds)) },
            "bufferMax": .property { .count(options.bufferMax) },
            "acknowledgeInterval": .property { .count(Int(clamping: options.acknowledgeInterval.milliseconds)) },
        ]
    }
}

internal import HarkUV
internal import HarkWire
internal import Logging

/// What can be written behind `eventcast.` at the console: every method and property of the member, from this table and
/// nowhere else.
extension MulticastGroup {
    package var consoleMembers: [String: ConsoleMember] {
        consoleMethods.merging(consoleState) { one, _ in one }.merging(consoleOptions) { one, _ in one }
    }

    private var consoleMethods: [String: ConsoleMember] {
        [
            "start": .method { [self] arguments in
                _ = try ConsoleArguments(arguments, 0...0)
                try await start()
                return true
            },
            "stop": .method { [self] arguments in
                _ = try ConsoleArguments(arguments, 0...0)
                await stop()
                return true
            },
            "emit": .method { [self] arguments in
                .result(emit(try ConsoleArguments(arguments).text(0), values: Array(arguments.dropFirst())))
            },
            "localEmit": .method { [self] arguments in
                .result(localEmit(try ConsoleArguments(arguments).text(0), values: Array(arguments.dropFirst())))
            },
            "logLevel": .method { [self] arguments in try consoleLogLevel(arguments) },
            "listeners": .method { [self] arguments in
                .count(listenerCount(for: try ConsoleArguments(arguments).text(0)))
            },
            "clients": .method { [self] arguments in
                _ = try ConsoleArguments(arguments, 0...0)
                return .count(consoleClientCount)
            },
        ]
    }

    private var consoleState: [String: ConsoleMember] {
        [
            "id": .property { [self] in .string(id) },
            "status": .property { [self] in .string(status.rawValue) },
            "address": .property { [self] in address.map { .string($0) } ?? .null },
            "port": .property { [self] in port.map { .int(Int64($0)) } ?? .null },
            "members": .property { [self] in .array(consolePeers) },
            "lossReports": .property { [self] in .array(consoleLosses) },
            "eventNames": .property { [self] in .array(eventNames.map { .string($0) }) },
        ]
    }

    private var consoleOptions: [String: ConsoleMember] {
        let options = options
        let group = options.group
        // Whether there is a secret may be known, the secret may not.
        let isEncrypted = options.encryption != nil
        return [
            "dialect": .property { .string("\(options.dialect)") },
            "multicastMembership": .property { .string(group) },
            "multicastInterface": .property { options.multicastInterface.map { .string($0) } ?? .null },
            "multicastLoopback": .property { .bool(options.multicastLoopback) },
            "multicastTtl": .property { .int(Int64(options.multicastTtl)) },
            "maxPayloadSize": .property { options.maxPayloadSize.map { .int(Int64($0)) } ?? .null },
            "messageTtl": .property { .int(Int64(options.messageTtl.milliseconds)) },
            "encrypt": .property { .bool(isEncrypted) },
            "acceptsPlaintext": .property { .bool(options.acceptsPlaintext) },
            "log": .property { .bool(options.log) },
            "repl": .property { .bool(options.repl) },
            "replPort": .property { options.replPort.map { .int(Int64($0)) } ?? .null },
            "replHost": .property { .string(options.replHost ?? "localhost") },
        ]
    }

    // MARK: Arguments

    private func consoleLogLevel(_ arguments: [Value]) throws -> Value {
        let arguments = try ConsoleArguments(arguments, 0...2)
        if let last = arguments.values.indices.last {
            let level = try arguments.level(last)
            if last == 1 { try logLevel(try arguments.text(0), level) } else { logLevel(level) }
        }
        return .object(Value.Object(logLevels.map { ($0.component, .string($0.level.rawValue)) }))
    }
}

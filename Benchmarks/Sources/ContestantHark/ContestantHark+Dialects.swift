internal import Hark

extension ContestantHark {
    /// The wires that Hark speaks here, by the names of `--dialect`. Where one is missing, only the rivals run.
    private static let dialects: [String: Dialect] = [
        "native": .native, "streamitter": .streamitter, "uhura": .uhura, "socket-ipc": .socketIPC,
    ]

    /// Whether this contestant takes part in a wire's scenarios.
    public static func speaks(_ dialect: String) -> Bool { dialects[dialect] != nil }

    static func serverOptions(_ dialect: String) throws -> Server.Options {
        var options = Server.Options()
        options.dialect = try wire(dialect)
        return options
    }

    static func clientOptions(_ dialect: String) throws -> Client.Options {
        var options = Client.Options()
        options.dialect = try wire(dialect)
        return options
    }

    private static func wire(_ dialect: String) throws -> Dialect {
        guard let wire = dialects[dialect] else { throw ContestError.unknownDialect(dialect) }
        return wire
    }
}

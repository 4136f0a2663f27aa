import ArgumentParser
import Hark

/// The address of the server to connect to.
struct ServerArgument: ParsableArguments {
    @Argument(help: "tcp://HOST:PORT or unix:///PATH")
    var url: String

    func validate() throws { _ = try endpoint }

    var endpoint: Endpoint { get throws { try Self.endpoint(of: url) } }

    /// Where a client can connect to.
    static func endpoint(of url: String) throws -> Endpoint {
        let endpoint = try Endpoint(connecting: url)
        guard endpoint.port != 0 else {
            throw ValidationError("cannot connect to \"\(url)\": port 0 is for listening; give the server's port")
        }
        return endpoint
    }
}

extension Endpoint {
    /// Reads an URL of something with connections.
    init(connecting url: String) throws {
        try self.init(argument: url)
        if case .udp = self {
            throw ValidationError(
                "\"\(url)\" is a group, without connections; use hark cast, or write tcp:// or unix://")
        }
    }

    /// Reads an URL of the command line.
    init(argument url: String) throws {
        do throws(HarkError) {
            try self.init(parsing: url)
        } catch {
            throw ValidationError(error.message)
        }
    }
}

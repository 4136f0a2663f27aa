import ArgumentParser
import Hark

/// Where a node is, and which others it looks for.
struct NodeAddresses: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Accept other nodes there: tcp://HOST:PORT or unix:///PATH; port 0 lets the system choose. May be \
            repeated.
            """, valueName: "url"))
    var listen: [String] = []

    @Option(
        help: ArgumentHelp(
            "Connect to the node there, and again whenever the connection is lost. May be repeated.", valueName: "url"))
    var connect: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Open an admin console there, for hark top, hark inspect and nc: a unix socket of this user, or a port of \
            this machine. (default: none)
            """, valueName: "url"))
    var console: String?

    func validate() throws {
        guard !listen.isEmpty || !connect.isEmpty else {
            throw ValidationError("a node without addresses hears nobody; give --listen URL, --connect URL or both")
        }
        _ = try (listened, connected, consoleEndpoint)
    }

    var listened: [Endpoint] { get throws { try listen.map { try Endpoint(connecting: $0) } } }

    var connected: [Endpoint] { get throws { try connect.map { try ServerArgument.endpoint(of: $0) } } }

    var consoleEndpoint: Endpoint? { get throws { try console.map { try Endpoint(connecting: $0) } } }
}

import ArgumentParser
import Hark

/// A door for those who look after it: off, unless one of these says otherwise.
struct ConsoleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Open an admin console there, for hark inspect and nc: a unix socket of this user.",
            valueName: "unix:///path"))
    var console: String?

    @Flag(help: "Open it for telnet, at a port of this machine, for all of its users. (default: off)")
    var repl = false

    @Option(help: ArgumentHelp("The same at this port. (default: the system's choice)", valueName: "port"))
    var replPort: Int?

    @Option(
        help: ArgumentHelp("The same at this address of this machine. (default: localhost)", valueName: "address"))
    var replHost: String?

    func validate() throws {
        if let replPort, !(0...65_535).contains(replPort) {
            throw ValidationError("--repl-port must be a number from 0 to 65535, not \(replPort)")
        }
        if console != nil, repl || replPort != nil || replHost != nil {
            throw ValidationError("--console and --repl are two places for one console; choose one")
        }
        _ = try console.map { try Endpoint(connecting: $0) }
    }

    /// Has a member open it.
    func apply(to options: inout MulticastGroup.Options) throws {
        options.console = try console.map { try Endpoint(connecting: $0) }
        options.repl = repl
        options.replPort = replPort
        options.replHost = replHost
    }
}

import ArgumentParser
import Hark

/// The address of a group, and who speaks which wire there.
struct GroupArgument: ParsableArguments {
    @Argument(
        help: "udp://GROUP:PORT; with --dialect eventcast, port 0 draws one from 49152 to 65535.")
    var url: String

    @Option(
        help: "The wire to speak: \(GroupDialectName.names.joined(separator: ", ")). (default: native)",
        completion: .list(GroupDialectName.names), transform: { try GroupDialectName(argument: $0) })
    var dialect = GroupDialectName.native

    func validate() throws {
        guard try endpoint.port == 0, dialect != .eventcast else { return }
        throw ValidationError("the members of a native group share a port; give one from 1 to 65535 instead of 0")
    }

    /// A group, or one address of this machine.
    var endpoint: (host: String, port: Int) {
        get throws {
            guard case .udp(let host, let port) = try Endpoint(argument: url) else {
                throw ValidationError("\"\(url)\" is no group; write udp://GROUP:PORT, such as udp://239.1.2.3:9000")
            }
            return (host, port)
        }
    }
}

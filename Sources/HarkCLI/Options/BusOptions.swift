import ArgumentParser
import Hark

/// Which bus a node belongs to.
struct BusOptions: ParsableArguments {
    @Option(
        help: "The wire to speak: \(NodeDialectName.names.joined(separator: ", ")). (default: native)",
        completion: .list(NodeDialectName.names), transform: { try NodeDialectName(argument: $0) })
    var dialect = NodeDialectName.native

    @Option(help: ArgumentHelp("Only nodes of the same channel talk to each other.", valueName: "name"))
    var channel = "DEFAULT_CHANNEL"
}

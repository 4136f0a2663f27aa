/// What can be chosen of the verbose dialect.
package struct VerboseOptions: Sendable, Hashable {
    /// What this node is called. Nil for a random UUID, another one for each client and server.
    package var nodeID: String?

    /// Nodes on other channels are strangers.
    package var channel = "DEFAULT_CHANNEL"

    /// 60 s: how long the handshake may take, and how long another node may say nothing once it has acknowledged
    /// something. A node that never acknowledges may be silent for ever.
    package var timeout: Duration = .seconds(60)

    /// 15 min: how long what was sent and not acknowledged is kept for another connection.
    package var bufferTimeout: Duration = .seconds(900)

    /// 1 000: how many messages are kept so. Of more, the oldest go.
    package var bufferMax = 1_000

    /// 1 s: how often what has arrived is acknowledged.
    package var acknowledgeInterval: Duration = .seconds(1)

    /// Who is told what happens on the wire.
    package var delegate: VerboseDelegateReference?

    /// The defaults.
    package init() {}

    /// With a name where none was chosen.
    func named(_ nodeID: @autoclosure () -> String) -> VerboseOptions {
        var options = self
        options.nodeID = options.nodeID ?? nodeID()
        return options
    }
}

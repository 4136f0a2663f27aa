import ArgumentParser
import Hark

/// What the client of a dialect can choose, as documented.
struct DialectChoices: ParsableArguments {
    @Flag(
        inversion: .prefixedNo, help: "uhura: ask for messages that can carry an id. (default: --object-mode)")
    var objectMode: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "uhura: ask that each event be acknowledged; needs object mode. (default: --acks)")
    var acks: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: """
            socket-ipc: keep what is emitted without a connection for the next one; otherwise it is an error each \
            time. (default: --no-queue-offline)
            """)
    var queueOffline: Bool?

    func validate() throws {
        if objectMode == false, acks == true {
            throw ValidationError("--acks needs object mode; leave --no-object-mode or --acks out")
        }
    }

    /// The wire of this name, with what was chosen.
    func dialect(_ name: DialectName) throws -> Dialect {
        for (option, isGiven) in [("object-mode", objectMode != nil), ("acks", acks != nil)]
        where isGiven && name != .uhura {
            throw ValidationError("--\(option) is for --dialect uhura; with \(name) leave it out")
        }
        if queueOffline != nil, name != .socketIPC {
            throw ValidationError("--queue-offline is for --dialect socket-ipc; with \(name) leave it out")
        }
        switch name {
        case .native, .streamitter: return name.dialect
        // Without object mode there is nothing to acknowledge.
        case .uhura:
            return .uhura(objectMode: objectMode ?? true, acknowledgements: acks ?? objectMode ?? true)
        case .socketIPC: return .socketIPC(queuesOffline: queueOffline ?? false)
        }
    }
}

import Hark

/// Ends the command: a sentence for standard error, and the status.
struct Failure: Error {
    let status: ExitStatus
    /// What was wrong and what to do, without a full stop.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: HarkError) { self.init(ExitStatus(error), error.message) }

    /// The error of an attempt to connect, where running out of time means that there is no connection.
    init(connecting error: HarkError) {
        let status = ExitStatus(error)
        self.init(status == .permission || status == .usage ? status : .connection, error.message)
    }
}

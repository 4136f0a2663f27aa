internal import CContest

/// One end of one run, as `Wires/contest.js` is told.
struct NodeTask: Codable {
    let dialect: String
    let workload: String
    let isReceiver: Bool
    let isUnix: Bool
    /// The path of a socket, or a host.
    let address: String
    let port: UInt16
    let size: Int
    let seconds: Double

    init(_ task: contest_task, _ dialect: Dialect, _ workload: Workload) {
        self.dialect = dialect.rawValue
        self.workload = workload.rawValue
        isReceiver = task.is_receiver
        isUnix = task.is_unix
        address = String(cString: task.address)
        port = task.port
        size = task.size
        seconds = task.seconds
    }
}

public import CContest

extension ContestantHark {
    /// Whether this contestant takes part in the scenarios of multicast. False: its goals are `not measured`.
    public static let hasMulticast = false

    /// Runs one end of a group: `task.address` and `task.port`, on `CONTEST_GROUP_INTERFACE`, with a receive buffer of
    /// `CONTEST_GROUP_BUFFER_BYTES`, messages of `task.size`. The receiver prints that it is ready when it has joined,
    /// counts what arrives, and sets the meter's `sent` to what the sender said in the end.
    public static func multicast(_ task: contest_task) throws {
        throw ContestError.noMulticast
    }
}

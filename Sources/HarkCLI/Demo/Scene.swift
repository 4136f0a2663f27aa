import Hark

/// Something that Hark does, shown with processes.
protocol Scene: Sendable {
    /// For the command line.
    var name: String { get }

    /// What there is to see, in one sentence.
    var promise: String { get }

    /// Shows it.
    ///
    /// - Returns: what has been seen.
    /// - Throws: when it was not.
    @EventLoop func play(on stage: Stage) async throws -> String
}

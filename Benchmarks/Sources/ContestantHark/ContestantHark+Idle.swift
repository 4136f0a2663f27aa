public import CContest
internal import Hark

extension ContestantHark {
    /// Holds idle connections with their heartbeats. Ends the process when it has measured.
    /// - Throws: `HarkError` when it cannot listen.
    public static func idle(_ task: contest_task) throws {
        try EventLoop.run {
            var options = Server.Options()
            options.limits.peerCount = task.count
            options.sessions.count = task.count
            options.timing.heartbeat = .seconds(1)
            let server = try await Server.listen(on: endpoint(task), options: options)
            var idle = contest_idle()
            idle.count = task.count
            await withCheckedContinuation { complete in
                server.onConnection { _ in
                    if contest_idle_connected(&idle) { complete.resume() }
                }
                var task = task
                contest_print_ready(&task, UInt16(server.endpoints.first?.port ?? 0))
            }
            try await Task.sleep(for: .seconds(task.seconds))
            contest_idle_report(&idle)
        }
    }
}

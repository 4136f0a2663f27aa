import Hark

/// As many events as two processes can exchange.
struct LoadScene: Scene {
    let name = "load"
    let promise = "Three seconds at full speed: events per second, and how long each was under way."

    func play(on stage: Stage) async throws -> String {
        let server = try stage.start("server", "demo-role", "sink", stage.url)
        _ = try await server.nextLine()
        _ = try stage.start("client", "demo-role", "flood", stage.url)
        var ticks = 0
        while true {
            let report = try await server.next("load")
            let line = Self.describe(report)
            if let sent = report["sent"]?.int {
                if stage.isTerminal, ticks > 0 { stage.endLine() }
                guard sent > 0, report["received"]?.int == sent else {
                    throw Failure(.failure, "\(sent) events were sent, \(report["received"] ?? 0) arrived")
                }
                return "\(sent.grouped) events of \(FloodRole.payloadByteCount) bytes sent, all received, \(line)"
            }
            ticks += 1
            if stage.isTerminal {
                stage.sayAgain("server", line)
            } else if ticks % SinkRole.reportsPerSecond == 0 {
                stage.say(server, line)
            }
        }
    }

    private static func describe(_ report: Value) -> String {
        let rate = (report["rate"]?.int ?? 0).grouped
        let times = ["p50", "p99", "p99.9"].map { key in
            "\(key) \(Nanoseconds.text(report[key]?.int ?? 0))"
        }
        return "\(rate) events/s, \(times.joined(separator: ", "))"
    }
}

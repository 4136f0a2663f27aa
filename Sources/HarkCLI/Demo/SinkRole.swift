import Hark
import Histogram

/// A server that measures how long events were under way.
enum SinkRole {
    static let reportsPerSecond = 10

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        let server = Server()

        var recent = histogram()
        var all = histogram()
        var started = 0
        server.on(FloodRole.key) { (sent: Int, _: Bytes) in
            if started == 0 { started = Nanoseconds.now }
            recent.record(UInt64(max(1, Nanoseconds.now - sent)))
        }
        let ticker = Ticker(every: 1_000 / reportsPerSecond) {
            guard started > 0 else { return }
            report(recent, rate: Int(recent.totalCount) * reportsPerSecond)
            all.add(recent)
            recent.reset()
        }
        server.on("sent") { (sent: Int) in
            ticker.stop()
            all.add(recent)
            let rate = Double(all.totalCount) * 1e9 / Double(Nanoseconds.now - started)
            report(all, rate: Int(rate), ["sent": .int(Int64(sent)), "received": .int(Int64(all.totalCount))])
        }
        DemoRole.say("listening on \(try await server.listen(on: endpoint))")
    }

    /// From 1 ns to 10 s, with two digits.
    private static func histogram() -> Histogram<UInt64> {
        Histogram(
            lowestDiscernibleValue: 1, highestTrackableValue: 10_000_000_000, numberOfSignificantValueDigits: .two)
    }

    private static func report(_ histogram: Histogram<UInt64>, rate: Int, _ more: Value.Object = [:]) {
        var fields: [(String, Value)] = [("type", "load"), ("rate", .int(Int64(rate)))]
        for (key, percentile) in [("p50", 50), ("p99", 99), ("p99.9", 99.9)] {
            fields.append((key, .int(Int64(histogram.valueAtPercentile(percentile)))))
        }
        DemoRole.say(Value.object(Value.Object(fields + more.map { ($0.key, $0.value) })).description)
    }
}

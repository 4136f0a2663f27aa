import Foundation
import Hark

/// What `hark bench` does, apart from measuring: the other side, signals, and what is printed.
struct BenchRun: Sendable {
    let plan: BenchPlan
    /// Nil for a server of its own.
    let endpoint: Endpoint?
    let isTCP: Bool
    let format: BenchFormat
    let progress: ProgressStyle
    /// Where the percentile distribution goes.
    let distributionFile: String?
    let comparison: BenchComparison?

    /// - Throws: `Failure`, unless it ended well.
    @EventLoop
    func run() async throws {
        var stage = BenchStage()
        defer { stage.clear() }
        var bench: Bench?
        var results: [BenchResult] = []
        var status: ExitStatus?
        let signals = try [(SIGINT, ExitStatus.interrupted), (SIGTERM, .done)].map { signal, ending in
            try SignalWatch(signal) {
                // The first time in order, the second time at once; before there is anything to tell, at once.
                guard status == nil, !results.isEmpty || bench?.hasBegun == true else {
                    stage.clear()
                    exit(ending.rawValue)
                }
                status = ending
                bench?.stop()
            }
        }
        defer { for signal in signals { signal.close() } }
        let progress = BenchProgress(plan, progress)
        defer { progress.stop() }
        while results.count < plan.runs, status == nil {
            stage.clear()
            stage = BenchStage()
            let measurement = Bench(plan, try await address(on: stage))
            bench = measurement
            progress.follow(measurement)
            results.append(try await measurement.run())
        }
        progress.stop()
        guard let series = BenchSeries(results) else { return }
        try tell(series)
        if let status, status != .done { throw Failure(status, "") }
        if let comparison, let failure = comparison.failure(series) { throw failure }
    }

    /// Where the other side is; it is started if need be.
    @EventLoop
    private func address(on stage: BenchStage) async throws -> Endpoint {
        if let endpoint { return endpoint }
        return try await stage.start(isTCP: isTCP)
    }

    private func tell(_ series: BenchSeries) throws {
        try writeDistribution(series.total)
        var lines: [String]
        switch format {
        case .json:
            var fields = (series.json.object ?? [:]).map { ($0.key, $0.value) }
            if let comparison { fields.append(("comparison", comparison.json(series))) }
            lines = ["\(Value.Object(fields))"]
        case .csv:
            lines = BenchTable(series).lines
        case .readable:
            lines = series.readable(.standardOutput)
            if let comparison { lines += comparison.readable(series, .standardOutput) }
        }
        let text = lines.map { $0 + "\n" }.joined()
        guard StandardOutput.write(Array(text.utf8)) else {
            throw Failure(.failure, "the result cannot be written to standard output")
        }
    }

    private func writeDistribution(_ result: BenchResult) throws {
        guard let distributionFile else { return }
        guard let latencies = result.latencies else {
            return StandardError.write(
                "hark: \(distributionFile) is not written: there are no times between two clocks")
        }
        do {
            try latencies.distribution.write(toFile: distributionFile, atomically: false, encoding: .utf8)
        } catch {
            throw Failure(.failure, "cannot write \"\(distributionFile)\"; choose another file: \(error)")
        }
    }

    // MARK: The other side

    /// Listens, and takes part in measurements until a signal ends it.
    ///
    /// - Parameter endsWithInput: the one who measures has started it, and holds the other end of standard input.
    /// - Throws: `HarkError` when the address cannot be bound; `Failure` when it is interrupted.
    @EventLoop
    static func serve(_ endpoint: Endpoint, _ format: Output.Format, endsWithInput: Bool) async throws {
        let outcome = Outcome()
        var signals: [SignalWatch] = []
        if endsWithInput {
            // Ctrl-C goes to all processes of a terminal; this one is needed until the result is there.
            signal(SIGINT, SIG_IGN)
            Input.read { inputs, _ in
                if case .ended? = inputs.last { exit(ExitStatus.done.rawValue) }
            }
        } else {
            signals.append(try SignalWatch(SIGINT) { outcome.settle(Failure(.interrupted, "")) })
        }
        signals.append(try SignalWatch(SIGTERM) { outcome.settle(nil) })
        let server = BenchServer()
        let output = Output(format)
        output.write(.listening(try await server.listen(on: endpoint)))
        let failure = await outcome.value()
        await server.close()
        await output.finish()
        for signal in signals { signal.close() }
        if let failure { throw failure }
    }
}

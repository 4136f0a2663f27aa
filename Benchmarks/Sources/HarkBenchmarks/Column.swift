/// A column of a scenario's table.
struct Column: Sendable {
    let title: String
    let cell: @Sendable (Standing, Entry) -> String?

    static func columns(of scenario: Scenario) -> [Column] {
        let rival = scenario.yardstick.contestant == .node ? "Node" : "C"
        let cpuRatio = ratio("CPU ratio to \(rival)", \.cpuNanoseconds)
        return switch scenario.workload {
        case .flood, .acknowledged: [rate, ratio("ratio to \(rival)", \.rate), cpu, cpuRatio]
        case .fanOut: [deliveries, ratio("ratio to \(rival)", \.rate), cpu, cpuRatio]
        case .multicast: [rate, payload, ratio("ratio to \(rival)", \.rate), loss, cpu, cpuRatio]
        case .idle: [memory, ratio("ratio to \(rival)", \.bytesPerConnection), load]
        case .pingPong:
            [
                latency("p50", \.p50), latency("p99", \.p99), latency("p99.9", \.p999),
                ratio("p50 ratio to \(rival)") { $0.latencies?.p50 }, cpu, cpuRatio,
            ]
        case .console:
            [
                latency("p50", \.p50), latency("p99", \.p99), latency("p99.9", \.p999),
                ratio("p50 ratio to nobody") { $0.latencies?.p50 }, ratio("p99 ratio to nobody") { $0.latencies?.p99 },
            ]
        case .relay: [rate, ratio("ratio to two nodes", \.rate), cpu]
        case .emit: [perCall, rate]
        case .codec: [perEvent, ratio("ratio to \(rival)", \.nanoseconds), toNode]
        }
    }

    private static let rate = Column(title: "messages") { standing, entry in
        standing.median(entry, \.rate).map(Figure.rate)
    }

    private static let deliveries = Column(title: "deliveries") { standing, entry in
        standing.median(entry, \.rate).map(Figure.rate)
    }

    private static let payload = Column(title: "payload") { standing, entry in
        standing.median(entry, \.rate).map {
            Figure.decimals($0 * Double(standing.scenario.size) / 1e6, 0) + " MB/s"
        }
    }

    private static let loss = Column(title: "lost") { standing, entry in
        standing.median(entry, \.loss).map(Figure.percent)
    }

    private static let memory = Column(title: "RSS per connection") { standing, entry in
        standing.median(entry, \.bytesPerConnection).map { Figure.decimals($0, 0) + " bytes" }
    }

    private static let load = Column(title: "CPU while idle") { standing, entry in
        standing.median(entry, \.load).map(Figure.percent)
    }

    private static let cpu = Column(title: "CPU per message") { standing, entry in
        standing.median(entry, \.cpuNanoseconds).map { Figure.decimals($0, 0) + " ns" }
    }

    private static let perEvent = Column(title: "encode + decode") { standing, entry in
        standing.median(entry, \.nanoseconds).map { Figure.decimals($0, 0) + " ns" }
    }

    private static let toNode = Column(title: "ratio to Node") { standing, entry in
        standing.ratio(entry, to: .nodeCodec, \.nanoseconds).map { Figure.decimals($0, 2) }
    }

    private static let perCall = Column(title: "per emit") { standing, entry in
        standing.median(entry, \.callMicroseconds).map { Figure.decimals($0, 3) + " µs" }
    }

    private static func latency(
        _ title: String, _ figure: @escaping @Sendable (Measurement.Latencies) -> Double
    ) -> Column {
        Column(title: title) { standing, entry in
            standing.median(entry) { $0.latencies.map(figure) }.map { Figure.decimals($0, 1) + " µs" }
        }
    }

    private static func ratio(_ title: String, _ figure: @escaping @Sendable (Trial) -> Double?) -> Column {
        Column(title: title) { standing, entry in
            standing.ratio(entry, to: standing.scenario.yardstick, figure).map { Figure.decimals($0, 2) }
        }
    }
}

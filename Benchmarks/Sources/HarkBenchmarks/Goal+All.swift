extension Goal {
    /// All there are.
    static let all = native + dialects

    /// Each is about one `Bytes` argument that the listener reads as a borrowed slice, unless it says otherwise.
    private static let native: [Goal] =
        [Transport.tcp, .unix].flatMap { transport in
            let flood = "flood-\(transport.rawValue)-128"
            return [
                Goal(name: flood, scenario: flood, bound: .atLeast(0.80), unit: "x C") {
                    $0.ratio(.hark, to: .c, \.rate)
                },
                Goal(name: "\(flood)-cpu", scenario: flood, bound: .atMost(1.30), unit: "x C") {
                    $0.ratio(.hark, to: .c, \.cpuNanoseconds)
                },
                Goal(name: "\(flood)-nio", scenario: flood, bound: .above(1.00), unit: "x SwiftNIO") {
                    $0.ratio(.hark, to: .nio, \.rate)
                },
            ]
        }
        + [Transport.tcp, .unix].map { transport in
            let pingPong = "ping-pong-\(transport.rawValue)-64"
            return Goal(name: pingPong, scenario: pingPong, bound: .atMost(1.15), unit: "x C") {
                $0.ratio(.hark, to: .c) { $0.latencies?.p50 }
            }
        }
        + [
            Goal(name: "acknowledged-1000", scenario: "acknowledged-1000", bound: .atLeast(0.80), unit: "x C") {
                $0.ratio(.hark, to: .c, \.rate)
            },
            Goal(name: "fan-out-100", scenario: "fan-out-100", bound: .atLeast(0.85), unit: "x C") {
                $0.ratio(.hark, to: .c, \.rate)
            },
            Goal(name: "idle-10000", scenario: "idle-10000", bound: .atMost(1.50), unit: "kB of RSS per connection") {
                $0.median(.hark) { $0.bytesPerConnection.map { $0 / 1_000 } }
            },
            Goal(name: "emit-from-foreign-thread", scenario: "emit", bound: .atMost(0.50), unit: "us") {
                $0.median(.hark, \.callMicroseconds)
            },
            Goal(name: "multicast-100", scenario: "multicast-100", bound: .atLeast(20.00), unit: "x C") {
                $0.ratio(.hark, to: .c, \.rate)
            },
            Goal(name: "multicast-100k", scenario: "multicast-100k", bound: .atLeast(1.00), unit: "x C") {
                $0.ratio(.hark, to: .cLong, \.rate)
            },
            Goal(name: "console-100", scenario: "console-100", bound: .atMost(1.05), unit: "x nobody's p99") {
                $0.ratio(.harkCrowded, to: .harkAlone) { $0.latencies?.p99 }
            },
            Goal(name: "relay", scenario: "relay-tcp-128", bound: .atLeast(0.50), unit: "x a direct connection") {
                $0.ratio(.harkRelayed, to: .harkNodes, \.rate)
            },
            Goal(name: "codec-typed", scenario: "codec", bound: .atMost(5.00), unit: "x C") {
                $0.ratio(.harkTypedCodec, to: .cCodec, \.nanoseconds)
            },
            Goal(name: "codec-dynamic", scenario: "codec", bound: .atMost(0.35), unit: "x Node") {
                $0.ratio(.harkDynamicCodec, to: .nodeCodec, \.nanoseconds)
            },
            Goal(name: "codec-json", scenario: "codec", bound: .atMost(0.40), unit: "x Node") {
                $0.ratio(.harkJSONCodec, to: .nodeCodec, \.nanoseconds)
            },
            Goal(name: "codec-bson", scenario: "codec", bound: .atMost(0.50), unit: "x Node") {
                $0.ratio(.harkBSONCodec, to: .nodeCodec, \.nanoseconds)
            },
        ]

    /// One String that the listener is given, against Node on the same wire.
    private static let dialects: [Goal] = Dialect.older.flatMap { dialect, _ in
        let flood = "\(dialect.rawValue)-flood"
        let pingPong = "\(dialect.rawValue)-ping-pong"
        return [
            Goal(name: flood, scenario: flood, bound: .atLeast(5.00), unit: "x Node") {
                $0.ratio(.harkString, to: .node, \.rate)
            },
            Goal(name: pingPong, scenario: pingPong, bound: .atMost(0.50), unit: "x Node") {
                $0.ratio(.harkString, to: .node) { $0.latencies?.p50 }
            },
        ]
    }
}

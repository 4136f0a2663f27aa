/// What one end reports of its window: from the end of its warm-up to its last message.
struct Measurement: Codable {
    /// How long round trips took, or batches of calls; in microseconds.
    struct Latencies: Codable {
        let p50: Double
        let p99: Double
        let p999: Double
    }

    let messages: Int
    let seconds: Double
    let userMicroseconds: Int
    let systemMicroseconds: Int
    var latencies: Latencies?
    /// What one more idle connection adds to the memory in use.
    var bytesPerConnection: Double?

    /// Of a group: messages that were sent and did not arrive, warm-up included.
    var lost: Int?

    /// Processor time of this end per message.
    var cpuNanoseconds: Double {
        messages > 0 ? Double(userMicroseconds + systemMicroseconds) * 1_000 / Double(messages) : 0
    }
}

internal import CContest

/// What an entry achieved in one round.
struct Trial: Codable {
    /// Messages per second.
    let rate: Double
    /// Processor time of both ends per message.
    let cpuNanoseconds: Double
    /// Of a ping-pong the round trips; of `emit` the batches of calls.
    let latencies: Measurement.Latencies?
    /// Of idle connections: what one of them adds to the memory in use.
    let bytesPerConnection: Double?
    /// Of idle connections: the share of a processor that they cost the side that is measured.
    let load: Double?
    /// Of a group: the messages that did not arrive.
    let lost: Int?
    /// Of a group: what share of all that were sent.
    let loss: Double?

    /// - Parameters:
    ///   - receiver: where messages are counted; the sender's own count if there is no receiver.
    ///   - sender: where latencies are measured.
    init(receiver: Measurement?, sender: Measurement) {
        let counted = receiver ?? sender
        rate = counted.seconds > 0 ? Double(counted.messages) / counted.seconds : 0
        cpuNanoseconds = sender.cpuNanoseconds + (receiver?.cpuNanoseconds ?? 0)
        latencies = sender.latencies
        bytesPerConnection = counted.bytesPerConnection
        lost = counted.lost
        loss = lost.map { Double($0) / Double(max(1, counted.messages + $0)) }
        load = Double(counted.userMicroseconds + counted.systemMicroseconds) / 1e6 / counted.seconds
    }

    /// Of the codec: the time of one event.
    var nanoseconds: Double { 1e9 / rate }

    /// Of `emit`: what one call takes its caller, in the median batch of calls.
    var callMicroseconds: Double? { latencies.map { $0.p50 / Double(CONTEST_BATCH_CALLS) } }
}

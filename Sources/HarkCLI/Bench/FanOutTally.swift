/// Which events of a fan-out all clients have. Each client gets them in the order of sending.
struct FanOutTally {
    /// How many clients are yet to get an event, oldest first.
    private var missing: [Int] = []
    /// Events that all clients have.
    private var completeCount = 0
    private var receivedCounts: [Int]

    init(clientCount: Int) { receivedCounts = Array(repeating: 0, count: clientCount) }

    mutating func sent() { missing.append(receivedCounts.count) }

    /// - Returns: how many events all clients have now that somebody had missed.
    mutating func received(by client: Int) -> Int {
        let index = receivedCounts[client] - completeCount
        receivedCounts[client] += 1
        guard missing.indices.contains(index) else { return 0 }
        missing[index] -= 1
        guard let count = missing.firstIndex(where: { $0 > 0 }) ?? Optional(missing.count), count > 0 else { return 0 }
        missing.removeFirst(count)
        completeCount += count
        return count
    }
}

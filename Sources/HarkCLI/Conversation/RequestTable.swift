import Hark

/// Requests that wait for a reply from standard input, by number.
@EventLoop
struct RequestTable {
    /// 65 536: as many as one connection may have open.
    private static let countMax = 1 << 16

    private var requests: [Int: UnclaimedRequest] = [:]
    private var last = 0

    /// - Returns: its number; nil when there are too many.
    mutating func add(_ request: UnclaimedRequest) -> Int? {
        guard requests.count < Self.countMax else { return nil }
        last += 1
        requests[last] = request
        return last
    }

    mutating func remove(_ id: Int) -> UnclaimedRequest? { requests.removeValue(forKey: id) }

    mutating func removeAll(of peer: Peer.ID?) { requests = requests.filter { $0.value.peer?.id != peer } }
}

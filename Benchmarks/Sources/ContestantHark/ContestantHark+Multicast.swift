public import CContest
internal import Hark

extension ContestantHark {
    /// Whether this contestant takes part in the scenarios of multicast.
    public static let hasMulticast = true

    /// Runs one end of a native group: reliable, and the sender waits for the receiver. Returns when the sender has said
    /// that it is over.
    /// - Throws: `HarkError` when it cannot take part.
    public static func multicast(_ task: contest_task) throws {
        nonisolated(unsafe) let meter = meter(task, stride: withUnsafePointer(to: task) { contest_group_stride($0) })
        try EventLoop.run {
            let group = try MulticastGroup(
                on: .udp(String(cString: task.address), port: Int(task.port)), options: groupOptions(task))
            try await group.start()
            if task.is_receiver { await hear(group, task, meter) } else { try await speak(group, task, meter) }
            await group.close()
        }
        contest_meter_report(meter)
    }

    @EventLoop
    private static func groupOptions(_ task: contest_task) -> MulticastGroup.Options {
        var options = MulticastGroup.Options()
        options.multicastInterface = CONTEST_GROUP_INTERFACE
        options.reliability.isTagged = task.is_receiver
        options.reliability.flowControl = task.is_receiver ? .none : .slowestTagged
        return options
    }

    @EventLoop
    private static func hear(
        _ group: MulticastGroup, _ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>
    ) async {
        await withCheckedContinuation { over in
            group.on("flood") { (bytes: RawSpan) in
                contest_meter_received(meter, bytes.byteCount, bytes.lastByte)
            }
            group.once("over") { (count: Int) in
                meter.pointee.sent = UInt64(count)
                over.resume()
            }
            var task = task
            contest_print_ready(&task, task.port)
        }
    }

    @EventLoop
    private static func speak(
        _ group: MulticastGroup, _ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>
    ) async throws {
        while group.members.isEmpty { await Task.yield() }
        let payload = Bytes(repeatElement(0x5A, count: task.size))
        let turn = contest_turn(task.size)
        let key = Keys.flood
        var sent = 0
        var isRunning = true
        while isRunning {
            var count: UInt64 = 0
            while count < turn {
                if case .dropped = group.emit(key, payload) {
                    try await group.drained()
                    break
                }
                count += 1
            }
            sent += Int(count)
            isRunning = contest_meter_sent(meter, count)
            await Task.yield()
        }
        try await group.drained()
        while case .dropped = group.emit("over", sent) { await Task.yield() }
    }
}

public import CContest
internal import Hark

extension ContestantHark {
    /// Runs one end of a round trip in a group. The receiver has an admin console. Returns when the sender has said that
    /// it is over.
    /// - Parameter isCrowded: whether there are clients at the console.
    /// - Throws: `HarkError` when it cannot take part, or nobody was at the console who should have been.
    public static func console(_ task: contest_task, isCrowded: Bool) throws {
        nonisolated(unsafe) let meter = meter(task, stride: 1)
        try EventLoop.run {
            var options = MulticastGroup.Options()
            options.multicastInterface = CONTEST_GROUP_INTERFACE
            if task.is_receiver { options.console = .unix(String(cString: task.console)) }
            let group = try MulticastGroup(
                on: .udp(String(cString: task.address), port: Int(task.port)), options: options)
            var visits = 0
            var longestCrowd = 0
            group.on(.replConnected) { _ in
                visits += 1
                longestCrowd = max(longestCrowd, group.consoleClientCount)
            }
            try await group.start()
            if task.is_receiver { await answer(group, task, meter) } else { await ask(group, meter) }
            await group.close()
            guard !task.is_receiver || (isCrowded ? longestCrowd == Console.connectionCountMax : visits == 0) else {
                throw ContestError.wrongCrowd(longestCrowd)
            }
        }
        contest_meter_report(meter)
    }

    @EventLoop
    private static func answer(
        _ group: MulticastGroup, _ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>
    ) async {
        await withCheckedContinuation { over in
            group.on(Keys.question) { (moment: Int) in
                contest_meter_received(meter, MemoryLayout<Int>.size, UInt8(truncatingIfNeeded: moment))
                group.emit(Keys.answer, moment)
            }
            group.once("over") { () in over.resume() }
            var task = task
            contest_print_ready(&task, task.port)
        }
    }

    /// A question every half to one and a half milliseconds, whatever has become of those before: who waited for the
    /// answer would not ask while it takes long. Timers run at whole milliseconds, those of a console too, and who asked
    /// in step with them would meet them each time or never.
    @EventLoop
    private static func ask(_ group: MulticastGroup, _ meter: UnsafeMutablePointer<contest_meter>) async {
        while group.members.isEmpty { await Task.yield() }
        let asking = Task.detached {
            var next = contest_nanoseconds()
            while !Task.isCancelled {
                next += UInt64.random(in: 500_000...1_500_000)
                contest_sleep_until(next)
                group.emit(Keys.question, Int(contest_nanoseconds()))
            }
        }
        await withCheckedContinuation { over in
            var isOver = false
            group.on(Keys.answer) { (moment: Int) in
                let now = contest_meter_round_trip(meter, UInt64(moment))
                guard !isOver, contest_meter_is_over(meter, now) else { return }
                isOver = true
                over.resume()
            }
        }
        asking.cancel()
        await asking.value
        group.emit("over")
    }
}

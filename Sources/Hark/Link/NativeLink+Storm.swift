internal import HarkProtocol
internal import HarkUV

/// Listeners that answer each other's events over this link.
///
/// A whole batch of frames is looked at, before and after: which name was heard, and how many events were written
/// meanwhile. The names of those are not looked at one by one: the last stands for all. Should others come between, the
/// other side hears them, and does not say that it answers.
extension NativeLink {
    /// A batch begins.
    func stormBatchBegins() -> StormBatch {
        currentNameNumber = nil
        isMixed = false
        return StormBatch(received: machine.incoming.receivedCount, written: outlet.writtenCount)
    }

    /// A batch is over: its listeners have returned.
    func stormBatchEnds(_ batch: StormBatch) {
        // Another connection, or none: counting has begun anew.
        guard connection != nil, machine.incoming.receivedCount >= batch.received else { return }
        guard outlet.writtenCount == batch.written else { return judge(batch) }
        guard let storm, storm.watch.isCounting, isMixed || currentNameNumber != nil else { return }
        storm.heard(isMixed ? nil : currentNameNumber.map { UInt64($0) + 1 })
    }

    @inline(never)
    private func judge(_ batch: StormBatch) {
        guard !isMixed else {
            storm?.interrupt()
            return
        }
        guard let heard = currentNameNumber, let answer = outlet.lastEventNumber else { return }
        let pair = StormPair(heard: UInt64(heard) + 1, answer: answer)
        // Volatile events are not counted by the machine.
        let received = Int(machine.incoming.receivedCount &- batch.received)
        let written = outlet.writtenCount - batch.written
        let count = received > 0 ? min(received, written) : written
        let now = environment.clock.turn
        let storm = storm ?? LinkStorm()
        self.storm = storm
        if storm.answered(pair, count, at: now, options.storm) {
            machine.tellStorm(heard: pair.heard, answer: pair.answer, into: &control)
            setDirty()
            report(storm, at: now)
        }
        pauseReading(for: storm.pause(after: count, at: now, options.storm), storm)
    }

    /// The other side answers events of this side. What it calls heard is an answer here.
    func otherSideStorms(heard: UInt64, answer: UInt64) {
        guard let storm else { return }
        let now = environment.clock.turn
        storm.otherAnswers(StormPair(heard: answer, answer: heard), at: now)
        report(storm, at: now)
    }

    private func report(_ storm: LinkStorm, at now: UInt64) {
        guard let (pair, rate) = storm.begins(at: now) else { return }
        owner?.linkDidStorm(
            Storm(
                heard: machine.incoming.names.string(Int(pair.heard) - 1), answer: outlet.name(pair.answer), rate: rate,
                peer: peer?.id))
    }

    // MARK: Slowing

    private func pauseReading(for milliseconds: UInt64, _ storm: LinkStorm) {
        guard milliseconds > 0, isDataOpen, let connection, storm.pause == nil else { return }
        connection.stopReading()
        // Silence of our own making must not look like that of a dead peer, on either side.
        let longest = liveness.interval > 0 ? UInt64(liveness.interval / 2) : milliseconds
        let timer = environment.clock.timer { [weak self] in self?.endStormPause() }
        storm.pause = timer
        timer.schedule(at: environment.clock.now + min(milliseconds, longest))
    }

    /// Reads on, if a storm has stopped it.
    func endStormPause() {
        guard let storm, let timer = storm.pause else { return }
        timer.cancel()
        storm.pause = nil
        connection?.startReading()
    }
}

/// Counters as they were when a batch began.
struct StormBatch {
    let received: UInt64
    let written: Int
}

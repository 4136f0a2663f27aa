/// How much of what waits for a wire is what a gateway answers by itself, acknowledgements say, and not what its link
/// has written.
///
/// Who sends and never reads makes those grow without an end, so the gateway stops reading. What the link has written
/// must not make it stop: two sides that write something long at the same time would wait for each other for ever.
struct AnswerLedger {
    /// All bytes that have left the output so far, and how many had been put there when it was last empty.
    private var takenByteCount = 0
    private var startByteCount = 0
    /// What the link has written since. It is ahead of the answers: the link writes when nothing waits.
    private var linkByteCount = 0

    /// So many bytes were taken from the output.
    mutating func took(_ byteCount: Int) { takenByteCount += byteCount }

    mutating func linkWrote(_ byteCount: Int) { linkByteCount += byteCount }

    /// All bytes so far that were put into the output, where there are now `outputByteCount`.
    func end(_ outputByteCount: Int) -> Int { takenByteCount + outputByteCount }

    /// Nothing waits any more.
    mutating func reset() {
        startByteCount = takenByteCount
        linkByteCount = 0
    }

    /// How many bytes of answers wait.
    ///
    /// - Parameter inFlight: how many bytes were taken that have not left.
    func byteCount(_ outputByteCount: Int, inFlight: Int) -> Int {
        let waiting = outputByteCount + inFlight
        let gone = end(outputByteCount) - startByteCount - waiting
        return max(waiting - max(linkByteCount - gone, 0), 0)
    }
}

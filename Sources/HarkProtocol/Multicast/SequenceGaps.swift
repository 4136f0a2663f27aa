/// What is missing of a sequence of numbers, and when to ask for it. In ascending order, and apart.
package struct SequenceGaps: Sendable {
    /// Consecutive numbers that were noticed to be missing together.
    package struct Gap: Sendable, Equatable {
        package var numbers: Range<UInt64>
        package let noticed: Instant
        /// When to ask, or to ask again.
        package var due: Instant
        /// How often it was asked for.
        package var attemptCount: Int
    }

    /// 1 024 gaps of 48 bytes for each sender: at one loss in five, the losses of five thousand datagrams.
    package static let countMax = 1_024

    package private(set) var gaps: [Gap] = []

    package init() {}

    package var isEmpty: Bool { gaps.isEmpty }
    package var isFull: Bool { gaps.count >= Self.countMax }
    package var first: Gap? { gaps.first }

    /// When the first of them is due; nil when there is none.
    package var due: Instant? { gaps.lazy.map(\.due).min() }

    /// How many numbers are missing.
    package var missingCount: UInt64 { gaps.reduce(0) { $0 + UInt64($1.numbers.count) } }

    /// These are missing, all above those that are.
    package mutating func append(_ numbers: Range<UInt64>, noticed: Instant, due: Instant) {
        guard !numbers.isEmpty else { return }
        gaps.append(Gap(numbers: numbers, noticed: noticed, due: due, attemptCount: 0))
    }

    package func contains(_ number: UInt64) -> Bool {
        let index = firstIndex(endingAfter: number)
        return index < gaps.count && gaps[index].numbers.lowerBound <= number
    }

    /// A number is here.
    ///
    /// - Returns: whether it was missing.
    package mutating func remove(_ number: UInt64) -> Bool {
        let index = firstIndex(endingAfter: number)
        guard index < gaps.count, gaps[index].numbers.lowerBound <= number else { return false }
        let numbers = gaps[index].numbers
        if numbers.count == 1 {
            gaps.remove(at: index)
        } else if number == numbers.lowerBound {
            gaps[index].numbers = number + 1..<numbers.upperBound
        } else {
            gaps[index].numbers = numbers.lowerBound..<number
            if number + 1 < numbers.upperBound {
                var rest = gaps[index]
                rest.numbers = number + 1..<numbers.upperBound
                gaps.insert(rest, at: index + 1)
            }
        }
        return true
    }

    /// The lowest gap is given up.
    package mutating func removeFirst() -> Gap? { gaps.isEmpty ? nil : gaps.removeFirst() }

    /// What is missing below `end` is given up.
    ///
    /// - Returns: those numbers.
    package mutating func remove(below end: UInt64) -> [Range<UInt64>] {
        var removed: [Range<UInt64>] = []
        while let first = gaps.first, first.numbers.lowerBound < end {
            if first.numbers.upperBound <= end {
                removed.append(first.numbers)
                gaps.removeFirst()
            } else {
                removed.append(first.numbers.lowerBound..<end)
                gaps[0].numbers = end..<first.numbers.upperBound
            }
        }
        return removed
    }

    /// Those that are due are asked for now.
    ///
    /// - Parameters:
    ///   - countMax: how many gaps at most; the others stay due.
    ///   - wait: how long to wait for an answer, by how often it was asked for before.
    /// - Returns: their numbers.
    package mutating func ask(_ now: Instant, countMax: Int, wait: (Int) -> UInt64) -> [Range<UInt64>] {
        var asked: [Range<UInt64>] = []
        for index in gaps.indices where gaps[index].due <= now && asked.count < countMax {
            asked.append(gaps[index].numbers)
            gaps[index].due = now + wait(gaps[index].attemptCount)
            gaps[index].attemptCount += 1
        }
        return asked
    }

    /// Somebody else has asked for these: what lies within them waits for the answer.
    package mutating func postpone(within numbers: Range<UInt64>, to due: Instant) {
        var index = firstIndex(endingAfter: numbers.lowerBound)
        while index < gaps.count, gaps[index].numbers.lowerBound < numbers.upperBound {
            let gap = gaps[index].numbers
            if numbers.lowerBound <= gap.lowerBound, gap.upperBound <= numbers.upperBound, gaps[index].due < due {
                gaps[index].due = due
            }
            index += 1
        }
    }

    /// What was asked for is asked for again at once: the question was not understood.
    package mutating func hasten(_ now: Instant) {
        for index in gaps.indices where gaps[index].attemptCount > 0 && gaps[index].due > now { gaps[index].due = now }
    }

    /// The numbers that are missing since `before`, or longer.
    package func first(noticedBefore before: Instant) -> Gap? { gaps.first { $0.noticed < before } }

    private func firstIndex(endingAfter number: UInt64) -> Int {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].numbers.upperBound <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Numbers of events that stay when other events are removed from the stream.
///
/// The *mark* of an event is its place in the stream, which is what both sides count. When an event is removed, those
/// behind it move up. The *ordinal* counts all events that were ever written, so that whoever waits for one of them
/// need not be told.
package struct EventOrdinals {
    /// Of the events behind `mark`, up to the next step, the ordinal is so much more than the mark.
    private struct Step {
        var mark: UInt64
        var removedCount: UInt64
    }

    /// In ascending order, of marks and of counts.
    private var steps: [Step] = []

    package init() {}

    /// Events that were removed so far.
    package var removedCount: UInt64 { steps.last?.removedCount ?? 0 }

    /// Memory that is in use, in steps.
    package var stepCount: Int { steps.count }

    /// The ordinal of the event at this place.
    package func ordinal(of mark: UInt64) -> UInt64 {
        let index = partition { $0.mark < mark }
        return mark + (index > 0 ? steps[index - 1].removedCount : 0)
    }

    /// The place of the event with this ordinal; nil when it was removed.
    package func mark(of ordinal: UInt64) -> UInt64? {
        let index = partition { $0.mark + $0.removedCount < ordinal }
        let mark = ordinal - (index > 0 ? steps[index - 1].removedCount : 0)
        return index < steps.count && mark > steps[index].mark ? nil : mark
    }

    /// Events are removed.
    ///
    /// - Parameter marks: their places before any of them is removed, in ascending order.
    package mutating func remove(_ marks: [UInt64]) {
        guard let first = marks.first else { return }
        // Nothing changes in front of the first.
        let kept = partition { $0.mark < first }
        var merged = Array(steps[..<kept])
        var rest = steps[kept...]
        var before = merged.last?.removedCount ?? 0
        for (index, mark) in marks.enumerated() {
            while let step = rest.first, step.mark < mark {
                before = step.removedCount
                Self.add(Step(mark: step.mark - UInt64(index), removedCount: before + UInt64(index)), to: &merged)
                rest.removeFirst()
            }
            if let step = rest.first, step.mark == mark {
                before = step.removedCount
                rest.removeFirst()
            }
            let count = UInt64(index) + 1
            Self.add(Step(mark: mark - count, removedCount: before + count), to: &merged)
        }
        let count = UInt64(marks.count)
        for step in rest {
            Self.add(Step(mark: step.mark - count, removedCount: step.removedCount + count), to: &merged)
        }
        steps = merged
    }

    /// Nobody asks any more for events up to this place.
    package mutating func forget(upTo mark: UInt64) {
        let index = partition { $0.mark <= mark }
        if index > 1 { steps.removeFirst(index - 1) }
    }

    /// Behind the same event the later step counts.
    private static func add(_ step: Step, to steps: inout [Step]) {
        if steps.last?.mark == step.mark { steps[steps.count - 1] = step } else { steps.append(step) }
    }

    /// The first step that is not `isBefore`.
    private func partition(_ isBefore: (Step) -> Bool) -> Int {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(steps[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What is to be told, in order.
struct NativeGroupEffects {
    private var waiting: ContiguousArray<GroupEffect> = []
    private var index = 0

    @inline(__always)
    var isEmpty: Bool { index == waiting.count }

    mutating func append(_ effect: GroupEffect) {
        if waiting.count - index >= NativeGroupLimits.effectCountMax { index += 1 }
        if index >= NativeGroupLimits.effectCountMax {
            waiting.removeFirst(index)
            index = 0
        }
        waiting.append(effect)
    }

    mutating func removeFirst() -> GroupEffect? {
        guard index < waiting.count else { return nil }
        let effect = waiting[index]
        index += 1
        if index == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.count <= 64)
            index = 0
        }
        return effect
    }
}

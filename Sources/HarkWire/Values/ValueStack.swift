/// Values that were read and whose array or object has not ended yet.
///
/// They are moved, never copied: to an array of their exact number, which no growing array would have.
struct ValueStack: ~Copyable {
    private var base: UnsafeMutablePointer<Value>
    private var capacity: Int
    private var isOwned = false
    private(set) var count = 0

    /// Begins in memory that is lent, which most texts never grow out of.
    init(_ lent: UnsafeMutableBufferPointer<Value>) {
        base = lent.baseAddress ?? .allocate(capacity: 1)
        isOwned = lent.baseAddress == nil
        capacity = max(lent.count, 1)
    }

    deinit {
        base.deinitialize(count: count)
        if isOwned { base.deallocate() }
    }

    @inline(__always)
    mutating func push(_ value: consuming Value) {
        if count == capacity { grow() }
        (base + count).initialize(to: value)
        count += 1
    }

    /// Takes the values from `first` on.
    mutating func takeArray(from first: Int) -> [Value] {
        let source = base + first
        let taken = count - first
        count = first
        var elements: [Value] = []
        elements.reserveCapacity(taken)
        for index in 0..<taken { elements.append((source + index).move()) }
        return elements
    }

    /// Takes the values from `first` on, which are a key and a value in turn.
    mutating func takeObject(from first: Int) -> Value.Object {
        let fieldCount = (count - first) / 2
        if fieldCount <= ObjectBuilder.comparedCountMax { return takeFields(from: base + first, fieldCount) }
        var builder = ObjectBuilder(capacity: fieldCount)
        for index in stride(from: first, to: count, by: 2) {
            let key = (base + index).move()
            let value = (base + index + 1).move()
            if case .string(let key) = key { builder.append(key, value) }
        }
        count = first
        return builder.object
    }

    /// Takes a few fields, straight to memory of their exact number.
    private mutating func takeFields(from first: UnsafeMutablePointer<Value>, _ fieldCount: Int) -> Value.Object {
        count -= 2 * fieldCount
        var fields: [Value.Object.Field] = []
        fields.reserveCapacity(fieldCount)
        for index in 0..<fieldCount {
            let key = (first + 2 * index).move()
            let value = (first + 2 * index + 1).move()
            if case .string(let key) = key { ObjectBuilder.append(key, value, to: &fields) }
        }
        return Value.Object(distinct: fields)
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        if isOwned { base.deallocate() }
        base = larger
        isOwned = true
        capacity *= 2
    }
}

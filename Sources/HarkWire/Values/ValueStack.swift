/// Values that were read and whose array or object has not ended yet.
///
/// They are moved, never copied: to an array of their exact number, which no growing array would have.
struct ValueStack: ~Copyable {
    private var base: UnsafeMutablePointer<Value>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
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
        return Array(unsafeUninitializedCapacity: taken) { elements, elementCount in
            elements.baseAddress?.moveInitialize(from: source, count: taken)
            elementCount = taken
        }
    }

    /// Takes the values from `first` on, which are a key and a value in turn.
    mutating func takeObject(from first: Int) -> Value.Object {
        var builder = ObjectBuilder(capacity: (count - first) / 2)
        for index in stride(from: first, to: count, by: 2) {
            let key = (base + index).move()
            let value = (base + index + 1).move()
            if case .string(let key) = key { builder.append(key, value) }
        }
        count = first
        return builder.object
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

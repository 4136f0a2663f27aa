extension Value {
    /// Named values in the order in which they arrived.
    ///
    /// Keys are told apart by their UTF-8, as on the wire: a composed and a decomposed é are two keys. `==` and the
    /// hash ignore the order.
    public struct Object: Sendable {
        /// A type of its own: an array of tuples is released one element at a time through their metadata.
        @usableFromInline
        struct Field: Sendable {
            @usableFromInline let key: String
            @usableFromInline var value: Value

            init(_ key: String, _ value: Value) {
                self.key = key
                self.value = value
            }
        }

        @usableFromInline var fields: [Field]

        /// Takes fields whose keys are known to differ.
        init(distinct fields: [Field]) { self.fields = fields }

        /// No fields.
        @inlinable public init() { fields = [] }

        /// The fields in order; of a key that occurs twice the last value counts, at the place of the first.
        public init(_ fields: some Sequence<(String, Value)>) {
            var builder = ObjectBuilder(capacity: fields.underestimatedCount)
            for (key, value) in fields { builder.append(key, value) }
            self = builder.object
        }

        /// The value of `key`. Walks the fields: to look up many keys of a large object, make a `Dictionary` of it.
        @inlinable
        public subscript(key: String) -> Value? {
            for field in fields where ObjectKey(field.key) == ObjectKey(key) { return field.value }
            return nil
        }

        /// The keys in order.
        public var keys: [String] { fields.map(\.key) }

        /// The values in order.
        public var values: [Value] { fields.map(\.value) }
    }
}

extension Value.Object: RandomAccessCollection {
    /// Zero.
    @inlinable public var startIndex: Int { 0 }

    /// The number of fields.
    @inlinable public var endIndex: Int { fields.count }

    /// The field at `index`; an index out of range is a programming error.
    @inlinable public subscript(index: Int) -> (key: String, value: Value) {
        (fields[index].key, fields[index].value)
    }
}

extension Value.Object: ExpressibleByDictionaryLiteral {
    /// `let object: Value.Object = ["id": 7]`
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}

extension Value.Object: Hashable {
    /// Whether both have the same keys with the same values, in any order.
    public static func == (one: Self, other: Self) -> Bool {
        guard one.count == other.count else { return false }
        let isSameOrder = zip(one.fields, other.fields).allSatisfy { ObjectKey($0.key) == ObjectKey($1.key) }
        if isSameOrder { return zip(one.fields, other.fields).allSatisfy { $0.value == $1.value } }
        var values: [ObjectKey: Value] = Dictionary(minimumCapacity: other.count)
        for field in other.fields { values[ObjectKey(field.key)] = field.value }
        return one.fields.allSatisfy { values[ObjectKey($0.key)] == $0.value }
    }

    /// Feeds what does not depend on the order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for field in fields {
            var one = Hasher()
            one.combine(ObjectKey(field.key))
            one.combine(field.value)
            sum &+= one.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}

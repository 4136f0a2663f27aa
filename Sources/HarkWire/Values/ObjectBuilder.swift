/// Collects the fields of an object. Of a key that occurs twice the last value counts, at the place of the first.
@usableFromInline
struct ObjectBuilder {
    /// Up to 16 fields every key is compared with those before it: quicker than hashing them.
    static var comparedCountMax: Int { 16 }

    private var fields: [Value.Object.Field] = []
    private var places: [ObjectKey: Int] = [:]

    init(capacity: Int) { fields.reserveCapacity(capacity) }

    var isEmpty: Bool { fields.isEmpty }

    var object: Value.Object { Value.Object(distinct: fields) }

    /// Returns false when the key was there already.
    @discardableResult
    mutating func append(_ key: String, _ value: Value) -> Bool {
        guard let place = place(of: key) else {
            fields.append(Value.Object.Field(key, value))
            return true
        }
        fields[place].value = value
        return false
    }

    /// Appends to fields that are few.
    @inline(__always)
    static func append(_ key: String, _ value: Value, to fields: inout [Value.Object.Field]) {
        for index in fields.indices where ObjectKey(fields[index].key) == ObjectKey(key) {
            fields[index].value = value
            return
        }
        fields.append(Value.Object.Field(key, value))
    }

    /// Where the key stands; notes the place where it will stand when it is new.
    private mutating func place(of key: String) -> Int? {
        let wanted = ObjectKey(key)
        guard fields.count >= Self.comparedCountMax else {
            for index in fields.indices where ObjectKey(fields[index].key) == wanted { return index }
            return nil
        }
        if places.isEmpty {
            for index in fields.indices { places[ObjectKey(fields[index].key)] = index }
        }
        if let place = places[wanted] { return place }
        places[wanted] = fields.count
        return nil
    }
}

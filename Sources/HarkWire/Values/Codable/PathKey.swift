/// A step of a coding path that no type declares: an index, or the word `super`.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    static let superKey = PathKey(stringValue: "super")

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    /// `orders.3.id`
    static func joined(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }

    static func sentence(_ path: [any CodingKey], _ reason: String) -> String {
        path.isEmpty ? reason : "\(joined(path)): \(reason)"
    }
}

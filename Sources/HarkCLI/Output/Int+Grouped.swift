extension Int {
    /// With a space between groups of three digits.
    var grouped: String {
        let digits = Array("\(self)")
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[Swift.max(0, $0 - 3)..<$0]) }
        return groups.reversed().joined(separator: " ")
    }
}

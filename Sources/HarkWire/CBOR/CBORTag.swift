/// The tags that mean something here; others are passed over, so that their content is read as if untagged.
@usableFromInline
enum CBORTag {
    /// Seconds since 1970 (RFC 8949, section 3.4.2).
    static let epoch: UInt64 = 1
    /// A regular expression (RFC 8949, section 3.4.5.3).
    static let regex: UInt64 = 35

    /// 8.64e15, the range of dates in JavaScript: up to here seconds as a double give back every millisecond.
    static let millisecondsMax: UInt64 = 8_640_000_000_000_000

    /// What the tagged content is; content that does not suit its tag is itself.
    static func value(_ tag: UInt64, _ content: Value) -> Value {
        switch (tag, content) {
        case (epoch, .int(let seconds)):
            let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
            return overflows ? content : .date(milliseconds: milliseconds)
        case (epoch, .double(let seconds)):
            // Written so that NaN fails it too.
            guard abs(seconds) <= Double(millisecondsMax) / 1000 else { return content }
            // The fraction by itself: the product of all would be rounded once more, beyond the year 140 000 to others.
            let whole = Int64(seconds)
            return .date(milliseconds: whole * 1000 + Int64(nearest: (seconds - Double(whole)) * 1000))
        case (regex, .string(let pattern)):
            return .regex(pattern: pattern, options: "")
        case (regex, .array(let parts)):
            guard parts.count == 2, case .string(let pattern) = parts[0], case .string(let options) = parts[1] else {
                return content
            }
            return .regex(pattern: pattern, options: options)
        default:
            return content
        }
    }
}

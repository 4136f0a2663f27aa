/// Writes a date as JavaScript's `toISOString` does: `"2013-03-21T20:04:00.500Z"`, in quotes.
package enum ISODate {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Beyond ±8.64e15 ms JavaScript has no dates, and prints null.
    package static func write(_ milliseconds: Int64, to bytes: inout ByteWriter) {
        guard milliseconds.magnitude <= CBORTag.millisecondsMax else { return bytes.append("null") }
        var (days, time) = milliseconds.quotientAndRemainder(dividingBy: dayMilliseconds)
        if time < 0 {
            days -= 1
            time += dayMilliseconds
        }
        let (year, month, day) = civil(days)
        bytes.append(UInt8(ascii: "\""))
        if 0...9999 ~= year {
            append(year, 4, "-", to: &bytes)
        } else {
            bytes.append(year < 0 ? "-" : "+")
            append(abs(year), 6, "-", to: &bytes)
        }
        append(month, 2, "-", to: &bytes)
        append(day, 2, "T", to: &bytes)
        append(time / 3_600_000, 2, ":", to: &bytes)
        append(time / 60_000 % 60, 2, ":", to: &bytes)
        append(time / 1000 % 60, 2, ".", to: &bytes)
        append(time % 1000, 3, "Z", to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private static func append(
        _ number: Int64, _ digitCount: Int, _ separator: StaticString, to bytes: inout ByteWriter
    ) {
        JSONNumberWriter.write(UInt64(number), atLeast: digitCount, to: &bytes)
        bytes.append(separator)
    }

    /// Year, month and day of a day counted from 1970-01-01.
    ///
    /// Counts in eras of 400 years (146 097 days) of years that begin in March, so that the leap day is the last.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

import Foundation

/// How much the tests try that can always try more: `HARK_SWEEP` is `full` before a release and `soak` for a night.
enum Sweep {
    static func count(_ everyTime: Int, full: Int, soak: Int) -> Int {
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": full
        case "soak": soak
        default: everyTime
        }
    }

    /// In how many parts a long sweep is run, at once where tests are.
    static let parts = 0..<8

    /// The seeds of one of them.
    static func seeds(_ everyTime: Int, full: Int, soak: Int, part: Int) -> StrideTo<Int> {
        stride(from: part, to: count(everyTime, full: full, soak: soak), by: parts.count)
    }
}

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
}

import Foundation

/// How large a sweep is: `HARK_SWEEP` is unset while developing, `full` in a release, `soak` at night.
enum SweepSize {
    static func of(quick: Int, full: Int, soak: Int) -> Int {
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": full
        case "soak": soak
        default: quick
        }
    }
}

import Foundation

/// How large a sweep is: a few rounds while developing, many before a release, very many over a night.
enum Sweep {
    static func size(quick: Int, full: Int, soak: Int) -> Int {
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full": full
        case "soak": soak
        default: quick
        }
    }
}

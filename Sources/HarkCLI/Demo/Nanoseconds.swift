import Foundation

/// Short times, measured and written down.
enum Nanoseconds {
    /// A clock that all processes of this machine share.
    static var now: Int { Int(DispatchTime.now().uptimeNanoseconds) }

    /// In the unit that leaves few digits.
    static func text(_ count: Int) -> String {
        switch count {
        case ..<1_000: "\(count) ns"
        case ..<10_000_000: "\(count / 1_000) µs"
        default: "\(count / 1_000_000) ms"
        }
    }
}

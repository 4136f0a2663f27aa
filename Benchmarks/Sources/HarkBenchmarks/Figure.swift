internal import Foundation

/// How numbers are written.
enum Figure {
    /// Such as `14.6 M/s`.
    static func rate(_ perSecond: Double) -> String {
        switch perSecond {
        case 1e6...: decimals(perSecond / 1e6, 2) + " M/s"
        case 1e3...: decimals(perSecond / 1e3, 1) + " k/s"
        default: decimals(perSecond, 0) + " /s"
        }
    }

    static func decimals(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }

    static func percent(_ share: Double) -> String { decimals(share * 100, 1) + " %" }
}

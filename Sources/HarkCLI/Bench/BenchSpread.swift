import Foundation
import Hark

/// How far runs are apart in one figure.
struct BenchSpread: Sendable {
    let name: String
    let least: Double
    let median: Double
    let most: Double

    /// Nil without values.
    init?(_ name: String, _ values: [Double]) {
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return nil }
        let middle = sorted.count / 2
        self.name = name
        self.least = least
        self.most = most
        median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// From the least to the most, beside the median.
    var percent: Double { median > 0 ? (most - least) / median * 100 : 0 }

    var json: Value {
        [
            "least": .double(least), "median": .double(median), "most": .double(most), "percent": .double(percent),
        ]
    }
}

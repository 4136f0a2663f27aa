/// Doubles to integers with instructions only: the standard library's own ways call into the C library's mathematics,
/// which a module without imports does not link.
extension Int64 {
    /// The integer that a double is, within ±2^53: beyond it, neighbouring integers are the same double.
    @inlinable
    init?(integral value: Double) {
        guard abs(value) <= 9_007_199_254_740_992 else { return nil }
        self.init(value)
        if Double(self) != value { return nil }
    }

    /// The nearest integer, halves away from zero; `value` must be within ±2^62.
    @inlinable
    init(nearest value: Double) {
        self.init(value)
        let rest = value - Double(self)
        if rest >= 0.5 { self += 1 } else if rest <= -0.5 { self -= 1 }
    }
}

import HarkWire

/// Holds one decoder's invariant against what libFuzzer thinks of. `run.sh` compiles it once for each decoder, beside
/// `typealias Invariant = CBORInvariant` or another.
enum FuzzEntry {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        if let violation = Invariant.violation(bytes) { fatalError(violation) }
    }
}

/// What libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    FuzzEntry.check(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

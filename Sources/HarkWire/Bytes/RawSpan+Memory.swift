extension RawSpan {
    /// The memory that the span stands for. It is the caller who keeps it alive.
    ///
    /// `withUnsafeBytes` with a closure of the loop's would check the executor at run time, twice per read and write.
    @inlinable package var memory: UnsafeRawBufferPointer { withUnsafeBytes { $0 } }
}

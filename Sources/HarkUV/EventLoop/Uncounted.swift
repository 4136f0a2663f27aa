/// A reference that is not counted, on the loop: somebody else keeps the object alive. What an event passes on its way
/// is reached by these, because counting costs as much as writing it.
@usableFromInline
package struct Uncounted<Object: AnyObject> {
    @usableFromInline let reference: Unmanaged<Object>

    @inlinable
    package init(_ object: Object) { reference = .passUnretained(object) }

    /// Calls `body` with the object, where the caller stands.
    @inlinable @inline(__always)
    package func with<Result>(_ body: (Object) -> Result) -> Result { reference._withUnsafeGuaranteedRef(body) }
}

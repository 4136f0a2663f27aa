/// A reference that anybody may hold and only the loop thread may look into: the one door out of the loop.
@usableFromInline
package struct LoopBound<Object: AnyObject> {
    let object: Object
    /// The same reference without its count: `object` keeps it alive.
    @usableFromInline let uncounted: Unmanaged<Object>

    package init(_ object: Object) {
        self.object = object
        uncounted = .passUnretained(object)
    }

    /// Calls `body` with the object, on the loop thread, where the caller stands. Costs no reference counting.
    @inlinable @inline(__always)
    package func onLoop<Result>(_ body: (Object) -> Result) -> Result {
        assert(EventLoop.isCurrent, "looked into a loop-bound object from another thread")
        return uncounted._withUnsafeGuaranteedRef(body)
    }
}

// Only `onLoop` looks inside; a reference itself may cross threads.
extension LoopBound: @unchecked Sendable {}

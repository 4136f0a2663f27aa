/// A reference that anybody may hold and only the loop thread may look into: the one door out of the loop.
@usableFromInline
package struct LoopBound<Value> {
    @usableFromInline let value: Value

    @inlinable
    package init(_ value: Value) { self.value = value }

    /// The value. The caller stands on the loop thread.
    @inlinable
    package var onLoop: Value {
        assert(EventLoop.isCurrent, "looked into a loop-bound value from another thread")
        return value
    }
}

// Checked by `onLoop`; a reference itself may cross threads.
extension LoopBound: @unchecked Sendable {}

public import Synchronization

#if canImport(Darwin)
    public import Darwin
#else
    public import Glibc
#endif

/// Which thread is the loop. Asked by every `emit`, so it is one load and one comparison, inlined.
@usableFromInline
package enum LoopThread {
    /// 0 when no thread is the loop. A global of its own: a static of a type would be initialised lazily.
    @inlinable package static var current: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }

    @inlinable @inline(__always)
    package static var isCurrent: Bool { loopThread.load(ordering: .relaxed) == current }
}

@usableFromInline let loopThread = Atomic<UInt>(0)

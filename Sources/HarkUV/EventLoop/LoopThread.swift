public import CHarkLoop

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Whether this thread is the loop.
@usableFromInline
package enum LoopThread {
    @inlinable @inline(__always)
    package static var isCurrent: Bool { hark_is_loop_thread() }

    /// Makes this thread the loop, or no longer.
    static func become(loop isLoop: Bool) { hark_set_loop_thread(isLoop) }

    /// The calling thread's name, whatever it is.
    package static var current: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }
}

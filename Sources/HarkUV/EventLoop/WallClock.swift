internal import CLibUV

/// The time of day, for people. It may jump, so nothing is measured by it.
package enum WallClock {
    /// Milliseconds since 1970.
    package static var now: Int64 {
        var time = uv_timeval64_t()
        guard uv_gettimeofday(&time) == 0 else { return 0 }
        return time.tv_sec * 1_000 + Int64(time.tv_usec) / 1_000
    }
}

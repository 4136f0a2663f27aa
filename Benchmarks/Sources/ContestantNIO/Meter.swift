internal import CContest

/// The meter of this process. Used by one event loop, and read when that has stopped.
struct Meter: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<contest_meter>

    init(_ stride: UInt64, seconds: Double) {
        pointer = contest_meter_create(stride, seconds)
    }
}

import Foundation

/// Who this process is.
enum ProcessIdentity {
    static var processID: Int32 { ProcessInfo.processInfo.processIdentifier }
    static var userID: UInt32 { getuid() }
}

internal import CLibUV

/// What the operating system calls this host.
package enum HostName {
    /// 256 bytes: no system allows more.
    private static let byteCountMax = 256

    /// Empty when the system does not tell.
    package static var own: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: byteCountMax) { name in
            var byteCount = name.count
            guard let start = name.baseAddress, uv_os_gethostname(start, &byteCount) == 0 else { return "" }
            return String(cString: start)
        }
    }
}

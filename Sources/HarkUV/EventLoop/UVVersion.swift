internal import CLibUV

/// Which libuv this is.
package enum UVVersion {
    /// As in `1.44.2`.
    package static var text: String { String(cString: uv_version_string()) }
}

internal import CLibUV

/// A libuv status below zero, by name.
package struct UVError: Error, Equatable, CustomStringConvertible {
    package let code: Int32

    package init(_ code: Int32) { self.code = code }

    package static let endOfStream = UVError(UV_EOF.rawValue)
    package static let connectionReset = UVError(UV_ECONNRESET.rawValue)
    package static let connectionRefused = UVError(UV_ECONNREFUSED.rawValue)
    package static let addressInUse = UVError(UV_EADDRINUSE.rawValue)
    package static let addressNotAvailable = UVError(UV_EADDRNOTAVAIL.rawValue)
    package static let permissionDenied = UVError(UV_EACCES.rawValue)
    package static let notFound = UVError(UV_ENOENT.rawValue)
    package static let wouldBlock = UVError(UV_EAGAIN.rawValue)
    package static let cancelled = UVError(UV_ECANCELED.rawValue)
    package static let timedOut = UVError(UV_ETIMEDOUT.rawValue)
    package static let nameTooLong = UVError(UV_ENAMETOOLONG.rawValue)
    package static let invalid = UVError(UV_EINVAL.rawValue)
    package static let tooManyFiles = UVError(UV_EMFILE.rawValue)
    package static let tooManyFilesInSystem = UVError(UV_ENFILE.rawValue)
    package static let interrupted = UVError(UV_EINTR.rawValue)
    package static let connectionAborted = UVError(UV_ECONNABORTED.rawValue)
    package static let protocolFailure = UVError(UV_EPROTO.rawValue)
    package static let brokenPipe = UVError(UV_EPIPE.rawValue)
    package static let notConnected = UVError(UV_ENOTCONN.rawValue)
    package static let noBuffers = UVError(UV_ENOBUFS.rawValue)
    package static let noMemory = UVError(UV_ENOMEM.rawValue)
    package static let messageTooLong = UVError(UV_EMSGSIZE.rawValue)
    package static let inputOutput = UVError(UV_EIO.rawValue)
    package static let noDevice = UVError(UV_ENODEV.rawValue)
    package static let noProtocolOption = UVError(UV_ENOPROTOOPT.rawValue)
    package static let notSupported = UVError(UV_ENOTSUP.rawValue)
    package static let notImplemented = UVError(UV_ENOSYS.rawValue)
    package static let notSocket = UVError(UV_ENOTSOCK.rawValue)

    /// libuv's short name, such as `ECONNREFUSED`.
    package var name: String { uv_err_name(code).map { String(cString: $0) } ?? "\(code)" }

    package var description: String {
        let text = uv_strerror(code).map { String(cString: $0) } ?? "unknown error"
        return "\(text) (\(name))"
    }

    /// Throws `status` if it is an error.
    package static func check(_ status: Int32) throws(UVError) {
        if status < 0 { throw UVError(status) }
    }
}

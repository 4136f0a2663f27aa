internal import HarkUV

/// Sentences for what the sockets report.
extension HarkError {
    init(dialling endpoint: Endpoint, _ error: UVError) {
        let advice =
            switch error {
            case .connectionRefused: "nothing listens there; start the server or check the address"
            case .notFound: "there is no such socket file; start the server or check the path"
            case .permissionDenied: "this user may not connect; check the file's mode"
            case .nameTooLong: Self.pathTooLong
            case .notSocket: "the file is not a socket"
            case .timedOut: "no answer; check the address and firewalls"
            default: "\(error)"
            }
        self.init(
            error == .permissionDenied ? .permission : error == .nameTooLong ? .invalidEndpoint : .connect,
            "cannot connect to \(endpoint): \(advice)", cause: error)
    }

    init(listeningOn endpoint: Endpoint, _ error: UVError) {
        let advice: String
        let code: Code
        switch error {
        case .addressInUse:
            code = .addressInUse
            advice = "something else listens there; stop it or choose another address"
        case .permissionDenied:
            code = .permission
            advice = "this user may not; choose a port above 1023 or a directory you may write to"
        case .notSocket:
            code = .addressInUse
            advice = "there is a file that is not a socket; it is left alone, choose another path"
        case .nameTooLong:
            code = .invalidEndpoint
            advice = Self.pathTooLong
        case .notFound:
            code = .invalidEndpoint
            advice = "the directory does not exist; create it first"
        case .addressNotAvailable:
            code = .invalidEndpoint
            advice = "this host does not have that address; give a numeric address of this host, or none for all"
        default:
            code = .system
            advice = "\(error)"
        }
        self.init(code, "cannot listen on \(endpoint): \(advice)", cause: error)
    }

    init(adopting descriptor: Int32, _ error: UVError) {
        let advice = error == .connectionRefused ? "nothing listens where it connects to" : "\(error)"
        self.init(.connect, "cannot use descriptor \(descriptor) as a connection: \(advice)", cause: error)
    }

    init(accepting error: UVError) {
        self.init(.system, "cannot accept a connection: \(error)", cause: error)
    }

    init(reading error: UVError) {
        self.init(.disconnected, "the connection broke: \(error)", cause: error)
    }

    init(writing error: UVError) {
        self.init(.disconnected, "cannot write: the connection broke: \(error)", cause: error)
    }

    private static var pathTooLong: String {
        "the path is longer than \(PipeSocket.pathByteCountMax) bytes; choose a shorter one"
    }
}

/// Where to listen or to connect: an address, nothing else.
public enum Endpoint: Sendable, Hashable {
    /// TCP. Listening without a host means all addresses of both families; connecting without one means `localhost`.
    /// Listening on port 0 lets the system choose.
    case tcp(_ host: String? = nil, port: Int)

    /// A unix socket, by the path of its file.
    case unix(_ path: String)

    /// UDP: a multicast group, or one address of a host, as a number. For `MulticastGroup`.
    case udp(_ group: String, port: Int)

    /// The port; nil for a unix socket.
    public var port: Int? {
        switch self {
        case .tcp(_, let port), .udp(_, let port): port
        case .unix: nil
        }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The URL: `tcp://host:port`, `udp://group:port` or `unix:///path`.
    public var description: String {
        switch self {
        case .tcp(let host, let port): "tcp://\(host.map(Self.bracketed) ?? "*"):\(port)"
        case .udp(let group, let port): "udp://\(Self.bracketed(group)):\(port)"
        case .unix(let path): "unix://\(path)"
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

extension Endpoint {
    /// Reads `tcp://host:port`, `tcp://[v6]:port`, `tcp://*:port`, `udp://group:port` or `unix:///path`.
    ///
    /// - Throws: `HarkError` with code `.invalidEndpoint` and a sentence that says what is wrong.
    public init(parsing url: String) throws(HarkError) {
        if url.hasPrefix("unix://") {
            let path = String(url.dropFirst("unix://".count))
            guard !path.isEmpty else { throw Self.invalid(url, "the path is missing; write unix:///run/app.sock") }
            self = .unix(path)
        } else if url.hasPrefix("tcp://") {
            let (host, port) = try Self.address(parsing: url.dropFirst("tcp://".count), of: url, "tcp")
            self = .tcp(host, port: port)
        } else if url.hasPrefix("udp://") {
            let (group, port) = try Self.address(parsing: url.dropFirst("udp://".count), of: url, "udp")
            guard let group else { throw Self.invalid(url, "the group is missing; write udp://GROUP:PORT") }
            self = .udp(group, port: port)
        } else {
            throw Self.invalid(url, "the scheme is unknown; write tcp://HOST:PORT, udp://GROUP:PORT or unix:///PATH")
        }
    }

    private static func address(
        parsing text: Substring, of url: String, _ scheme: String
    ) throws(HarkError) -> (String?, Int) {
        guard let colon = text.lastIndex(of: ":") else {
            throw invalid(url, "the port is missing; write \(scheme)://HOST:PORT")
        }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            port <= 65_535
        else { throw invalid(url, "the port must be a number from 0 to 65535, not \"\(digits)\"") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw invalid(url, "an IPv6 address needs brackets; write \(scheme)://[::1]:\(port)")
        }
        return (host.isEmpty || host == "*" ? nil : String(host), port)
    }

    private static func invalid(_ url: String, _ reason: String) -> HarkError {
        HarkError(.invalidEndpoint, "cannot use \"\(url)\": \(reason)")
    }
}

internal import HarkUV

extension Endpoint {
    /// Reads what the older libraries take as a client's target: nothing but digits is a port of `localhost`, with
    /// `://` in it a URL as for `init(parsing:)`, anything else the path of a unix socket.
    ///
    /// - Throws: `HarkError` with code `.invalidEndpoint` for what cannot be meant: nothing, port 0 or one above 65535,
    ///   another scheme, white space around it, a zero byte, a path that is too long, or `host:port` without `tcp://`.
    public init(target: String) throws(HarkError) {
        guard !target.isEmpty else { throw Self.refused(target, "it is empty; give a port, a URL or a path") }
        if target.utf8.allSatisfy({ Self.digits.contains($0) }) {
            guard let port = Int(target), (1...65_535).contains(port) else {
                throw Self.refused(target, "a port is a number from 1 to 65535")
            }
            self = .tcp(port: port)
        } else if target.contains("://") {
            self = try Endpoint(parsing: target)
        } else {
            try Self.checkPath(target)
            self = .unix(target)
        }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private static func checkPath(_ path: String) throws(HarkError) {
        guard !path.utf8.contains(0) else { throw refused(path, "a path has no zero byte") }
        guard path.first?.isWhitespace == false, path.last?.isWhitespace == false else {
            throw refused(path, "there is white space around it; write ./ before a path that is meant so")
        }
        guard path.utf8.count <= PipeSocket.pathByteCountMax else {
            throw refused(path, "the path is longer than \(PipeSocket.pathByteCountMax) bytes; choose a shorter one")
        }
        guard let colon = path.lastIndex(of: ":"), !path.contains("/") else { return }
        let port = path[path.index(after: colon)...]
        if !port.isEmpty, port.utf8.allSatisfy({ digits.contains($0) }) {
            throw refused(path, "write tcp://\(path) for an address, or ./\(path) for a file")
        }
    }

    private static func refused(_ target: String, _ reason: String) -> HarkError {
        HarkError(.invalidEndpoint, "cannot use \"\(target)\": \(reason)")
    }
}

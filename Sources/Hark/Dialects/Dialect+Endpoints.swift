internal import HarkUV

extension Dialect {
    /// Refuses addresses that the original refuses, and those that never work.
    ///
    /// - Throws: `HarkError` with code `.invalidEndpoint`, or `.invalidOptions` for a dialect of datagrams.
    func check(_ endpoint: Endpoint) throws(HarkError) {
        guard wire != .eventcast else {
            throw HarkError(
                .invalidOptions, "\(self) is spoken over datagrams, not over connections; use a MulticastGroup")
        }
        if case .udp = endpoint {
            throw HarkError(
                .invalidEndpoint, "\(endpoint) is for datagrams; use a MulticastGroup, or write tcp:// or unix://")
        }
        guard isSocketIPC, case .unix(let path) = endpoint else { return }
        let reason: String
        if path.isEmpty {
            reason = "the path is empty"
        } else if path.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            reason = "the path has digits only, as a port"
        } else if path.utf8.count > PipeSocket.pathByteCountMax {
            reason = "the path is longer than \(PipeSocket.pathByteCountMax) bytes"
        } else {
            return
        }
        throw HarkError(.invalidEndpoint, "cannot use \"\(path)\": \(reason); name the file of a unix socket")
    }
}

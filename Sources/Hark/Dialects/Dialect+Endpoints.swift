internal import HarkUV

extension Dialect {
    /// Refuses addresses that the original refuses, and those that never work.
    ///
    /// - Throws: `HarkError` with code `.invalidEndpoint`.
    func check(_ endpoint: Endpoint) throws(HarkError) {
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

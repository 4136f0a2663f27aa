/// Values that both sides share.
extension NativeLink {
    /// The values that both sides share.
    var data: SharedData {
        if let data = occasionsIfAny?.data { return data }
        let data = SharedData(self, byteCountMax: options.limits.dataByteCount)
        occasions.data = data
        return data
    }

    /// Whether values of the shared store can be sent now.
    var sendsData: Bool { isDataOpen && isDataAgreed }

    func receivedData(_ key: String, _ version: UInt64, _ encoded: [UInt8]?) {
        do throws(HarkError) {
            if let change = try data.received(key, version, encoded) { owner?.linkDidChangeData([change]) }
        } catch {
            owner?.linkDidFail(error)
        }
    }
}

import Foundation

extension FileHandle {
    /// 64 KiB: as much as a pipe holds.
    private static let byteCount = 64 * 1024

    /// What there is to read, nothing at the end. A signal does not end the process, as it does with `availableData`.
    func nextBytes() -> Data {
        var block = [UInt8](repeating: 0, count: Self.byteCount)
        while true {
            let count = block.withUnsafeMutableBytes { Foundation.read(fileDescriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return Data(block[..<count]) }
            if errno != EINTR { return Data() }
        }
    }

    /// All that there is to read until the end.
    func allBytes() -> Data {
        var all = Data()
        while case let bytes = nextBytes(), !bytes.isEmpty { all += bytes }
        return all
    }
}

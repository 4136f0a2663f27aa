internal import ContestantC
internal import Foundation

/// What the numbers were measured on.
struct Machine: Codable {
    let processor: String
    let processorCount: Int
    let system: String
    let libuv: String
    let node: String?
    let norm: String?

    init() {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
        processor = model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
        processorCount = ProcessInfo.processInfo.activeProcessorCount
        let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        system =
            ProcessInfo.processInfo.operatingSystemVersionString
            + (kernel.isEmpty ? "" : ", kernel " + kernel.trimmingCharacters(in: .newlines))
        libuv = String(cString: contestant_c_libuv_version())
        node = Node.version
        norm = ContestantCommand.normVersion
    }

    /// One paragraph.
    var summary: String {
        "Machine: \(processor), \(processorCount) processors, \(system); libuv \(libuv), "
            + "Node \(node ?? "not installed"), NORM \(norm ?? "left out: built without HARK_NORM=1")."
    }
}

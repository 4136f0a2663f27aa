import Foundation
import Hark

/// What the numbers were measured on.
struct BenchMachine: Sendable {
    let json: Value

    /// This machine.
    init() {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
        let processor = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
        let governor = Self.line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        json = .object([
            "processor": .string(processor),
            "processors": .int(Int64(ProcessInfo.processInfo.activeProcessorCount)),
            "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
            "kernel": Self.line("/proc/sys/kernel/osrelease").map { .string($0) } ?? .null,
            "governor": governor.map { .string($0) } ?? .null,
            "swift": .string(Self.compiler), "libuv": .string(UVVersion.text), "build": .string(Self.build),
        ])
    }

    /// What has compiled this.
    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or newer"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    /// One line for people.
    static func summary(_ json: Value) -> String {
        let processors = json["processors"]?.int ?? 0
        let known = [
            ("kernel", "kernel "), ("swift", "Swift "), ("libuv", "libuv "), ("build", "build "),
        ].compactMap { key, name in json[key]?.string.map { name + $0 } }
        let governor = json["governor"]?.string ?? "unknown"
        let parts =
            [json["processor"]?.string ?? "", "\(processors) processors", json["system"]?.string ?? ""]
            + known + ["governor \(governor)"]
        return parts.joined(separator: ", ")
    }

    /// The same for all processes that share a clock; nil where that cannot be known.
    static var clockID: String? { line("/proc/sys/kernel/random/boot_id") }

    /// Bytes of memory that this process occupies; nil where the system does not tell.
    static var residentByteCount: Int? {
        guard let fields = line("/proc/self/statm")?.split(separator: " "), fields.count > 1 else { return nil }
        return Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// As many open files as the system lets this process have.
    static func raiseFileLimit() {
        #if canImport(Darwin)
            let kind = RLIMIT_NOFILE
        #else
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(kind, &limit)
    }

    private static func line(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A target imports only what stands below it.
struct ImportFloors: Rule {
    /// The C library, under each of its names.
    private static let libc: Set = ["Glibc", "Musl", "Darwin"]

    private static let floors: [String: Set<String>] = [
        "HarkWire": [],
        "HarkProtocol": ["HarkWire", "DequeModule", "HeapModule"],
        "HarkUV": Set(["HarkWire", "CLibUV", "CHarkLoop", "CHarkSockets", "Synchronization"]).union(libc),
        "Hark": ["HarkWire", "HarkProtocol", "HarkUV", "Logging", "Synchronization", "FoundationEssentials"],
        "HarkTesting": Set(["HarkWire", "HarkProtocol", "HarkUV", "Hark"]).union(libc),
        "HarkCLI": ["Hark", "ArgumentParser", "Logging", "Histogram", "Foundation"],
    ]

    /// What only the files of a folder import.
    private static let rooms: [(folder: String, modules: Set<String>)] = [
        ("Sources/Hark/Encryption/", ["Crypto", "CryptoExtras"])
    ]

    private static let imports = Pattern(
        #"^[ \w@()]*\bimport +(?:(?:struct|class|enum|protocol|func|var|let) +)?(\w+)"#)
    private static let foundationGuard = Pattern(
        #"#if canImport\(FoundationEssentials\)\s+(?:\w+ )?import FoundationEssentials"#)

    func findings(in repository: Repository) -> [Finding] {
        var findings: [Finding] = []
        var bridge: String?
        for file in repository.files where file.isSwift {
            guard let target = file.target else { continue }
            for match in Self.imports.matches(in: file.code) {
                let module = match.groups[0]
                let room = Self.rooms.first { file.path.hasPrefix($0.folder) }
                let allowed = (Self.floors[target] ?? []).union(room?.modules ?? [])
                if !allowed.contains(module) {
                    let floor = allowed.isEmpty ? "nothing" : allowed.sorted().joined(separator: ", ")
                    findings.append(file.finding(match.line, "\(target) imports \(module)", "it may import \(floor)"))
                } else if module == "FoundationEssentials" {
                    if !Self.foundationGuard.isFound(in: file.code) {
                        findings.append(
                            file.finding(match.line, "FoundationEssentials without `#if canImport`", "guard it"))
                    }
                    if let bridge, bridge != file.path {
                        findings.append(
                            file.finding(match.line, "a second bridge to Foundation", "move it to \(bridge)"))
                    }
                    bridge = file.path
                }
            }
        }
        return findings
    }

    let bad: [Repository] = [
        ["Sources/HarkWire/A.swift": "import Foundation\n"],
        ["Sources/HarkProtocol/A.swift": "package import HarkUV\n"],
        ["Sources/HarkUV/A.swift": "@preconcurrency import struct HarkProtocol.Instant\n"],
        ["Sources/Hark/A.swift": "import HarkWire\ninternal import CLibUV\n"],
        ["Sources/Hark/A.swift": "public import FoundationEssentials\n"],
        ["Sources/Unknown/A.swift": "import Hark\n"],
        ["Sources/Hark/Link/A.swift": "import Crypto\n"],
        [
            "Sources/Hark/A.swift": "#if canImport(FoundationEssentials)\npublic import FoundationEssentials\n#endif",
            "Sources/Hark/B.swift": "#if canImport(FoundationEssentials)\npublic import FoundationEssentials\n#endif",
        ],
    ]
    let good: [Repository] = [
        ["Sources/HarkUV/A.swift": "#if canImport(Glibc)\nimport Glibc\n#endif\npackage import HarkWire\n"],
        ["Sources/Hark/A.swift": "#if canImport(FoundationEssentials)\npublic import FoundationEssentials\n#endif"],
        ["Sources/HarkWire/A.swift": "// import Foundation\nlet text = \"import Foundation\"\n"],
        ["Tests/HarkTests/A.swift": "import Foundation\n"],
        ["Sources/Hark/Encryption/A.swift": "#if Encryption\nimport Crypto\nimport HarkWire\n#endif\n"],
    ]
}

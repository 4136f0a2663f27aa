/// A file is named after the type it declares, or `Type+Aspect` after the type it extends.
struct FileNames: Rule {
    private static let types = Pattern(#"\b(?:struct|class|enum|actor|protocol|typealias|extension)\s+([\w.]+)"#)

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path), file.path != "Package.swift" else { return [] }
        let names = Self.types.matches(in: file.code).compactMap { $0.groups[0].split(separator: ".").last }
        let type = file.stem.split(separator: "+").first ?? ""
        // A file that declares no type at all is only right when it has nothing but imports.
        guard !names.contains(type), !names.isEmpty || !file.bodies.isEmpty else { return [] }
        return [file.finding(1, "a file without a type `\(type)`", "name it after the type it declares or extends")]
    }

    let bad: [Repository] = [
        ["Sources/Hark/Things.swift": "struct Thing {}"],
        ["Sources/Hark/Thing+Parts.swift": "struct Parts {}"],
        ["Sources/Hark/Free.swift": "func run() {}"],
        ["Sources/Hark/Thing.swift": "// struct Thing {}\nstruct Other {}"],
    ]
    let good: [Repository] = [
        ["Sources/Hark/Thing.swift": "package final class Thing<T> {}"],
        ["Sources/Hark/Thing+Parts.swift": "extension Outer.Thing {}"],
        ["Sources/Hark/Exports.swift": "@_exported public import HarkWire"],
    ]
}

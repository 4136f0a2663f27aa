/// A file is named after the type it declares, or `Type+Aspect` after the type it extends.
///
/// `ValueObject` is the file of `Value.Object`; what makes other types conform to `Type` is an aspect of `Type`.
struct FileNames: Rule {
    private static let types = Pattern(#"\b(?:struct|class|enum|actor|protocol|typealias|extension)\s+([\w.]+)"#)
    private static let extensions = Pattern(#"\bextension\s+([\w.]+)(?:\s*:\s*([^{]+))?"#)

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path), file.path != "Package.swift" else { return [] }
        let names = Self.types.matches(in: file.code).compactMap { $0.groups[0].split(separator: ".").last }
        let extensions = Self.extensions.matches(in: file.code).map(\.groups)
        let nested = extensions.flatMap { groups in names.map { groups[0] + $0 } }
        let conformances = extensions.flatMap { groups in groups[1].split { !$0.isLetter && !$0.isNumber } }
        let parts = file.stem.split(separator: "+")
        let type = parts.first ?? ""
        // A file that declares no type at all is only right when it has nothing but imports.
        guard !names.isEmpty || !file.bodies.isEmpty, !names.contains(type), !nested.contains(String(type)),
            parts.count == 1 || !conformances.contains(type)
        else { return [] }
        return [file.finding(1, "a file without a type `\(type)`", "name it after the type it declares or extends")]
    }

    let bad: [Repository] = [
        ["Sources/Hark/Things.swift": "struct Thing {}"],
        ["Sources/Hark/Thing+Parts.swift": "struct Parts {}"],
        ["Sources/Hark/Sized.swift": "extension Array: Sized {}"],
        ["Sources/Hark/Free.swift": "func run() {}"],
        ["Sources/Hark/Thing.swift": "// struct Thing {}\nstruct Other {}"],
    ]
    let good: [Repository] = [
        ["Sources/Hark/Thing.swift": "package final class Thing<T> {}"],
        ["Sources/Hark/Thing+Parts.swift": "extension Outer.Thing {}"],
        ["Sources/Hark/ThingPart.swift": "extension Thing { struct Part {} }"],
        ["Sources/Hark/Sized+Collections.swift": "extension Array: Other, Sized where Element: Sized {}"],
        ["Sources/Hark/Exports.swift": "@_exported public import HarkWire"],
    ]
}

import ArgumentParser
import Foundation
import Hark

/// The manual page, in the language of `man`, made of what `--help` knows.
struct ManualPage {
    private var lines: [String] = []

    /// - Throws: when the parser describes its commands otherwise than this version of it does.
    init() throws {
        guard let root = try Value(json: Array(HarkCommand._dumpHelp().utf8))["command"] else {
            throw Failure(.failure, "the argument parser describes no command")
        }
        lines.append(".TH HARK 1 \"\" \"hark \(HarkCommand.version)\" \"User Commands\"")
        section("NAME")
        text("hark - \(root["abstract"]?.string ?? "")")
        section("SYNOPSIS")
        lines += [".B hark", ".I verb", "[\\fIoptions\\fR] ..."]
        section("DESCRIPTION")
        discussion(root["discussion"]?.string ?? "")
        section("VERBS")
        for command in root["subcommands"]?.array ?? [] where Self.isShown(command) && Self.name(command) != "help" {
            verb(command)
        }
        section("EXIT STATUS")
        verbatim(ExitStatus.table.split(separator: "\n").dropFirst().map { String($0.dropFirst(2)) })
        section("ENVIRONMENT")
        item("\\fB\(KeyOptions.variable)\\fR", "The passphrase of an encrypted group, for hark cast.")
        item("\\fBNO_COLOR\\fR", "When it is set and not empty, nothing is coloured.")
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    // MARK: Verbs

    private mutating func verb(_ command: Value) {
        let arguments = (command["arguments"]?.array ?? []).filter(Self.isShown)
        let places = arguments.filter { $0["kind"]?.string == "positional" }
        let options = arguments.filter { $0["kind"]?.string != "positional" }
        let synopsis = places.map { place in
            let name = "\\fI\(Self.escaped(place["valueName"]?.string ?? ""))\\fR"
            let repeated = name + (place["isRepeating"]?.bool == true ? " ..." : "")
            return place["isOptional"]?.bool == true ? "[\(repeated)]" : repeated
        }
        let words = ["hark \(Self.name(command))"] + synopsis + (options.isEmpty ? [] : ["[\\fIoptions\\fR]"])
        lines.append(".SS \"\(words.joined(separator: " "))\"")
        text(command["abstract"]?.string ?? "")
        discussion(command["discussion"]?.string ?? "")
        guard !options.isEmpty else { return }
        heading("Options")
        for option in options { self.option(option) }
    }

    private mutating func option(_ option: Value) {
        let names = (option["names"]?.array ?? []).map { name in
            let dashes = name["kind"]?.string == "long" ? "--" : "-"
            return "\\fB" + Self.escaped(dashes + (name["name"]?.string ?? "")) + "\\fR"
        }
        let isFlag = option["kind"]?.string == "flag"
        let value = isFlag ? "" : " \\fI\(Self.escaped(option["valueName"]?.string ?? ""))\\fR"
        var words = option["abstract"]?.string ?? ""
        if !isFlag, let standard = option["defaultValue"]?.string { words += " (default: \(standard))" }
        item(names.joined(separator: ", ") + value, words)
    }

    // MARK: Parts

    /// Paragraphs, headings in capitals, and what is indented: it stands as it is.
    private mutating func discussion(_ text: String) {
        var block: [String] = []
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }[...]
        while let line = rest.popFirst(), !line.hasPrefix("EXIT STATUS") {
            if line.hasPrefix(" ") || (line.isEmpty && !block.isEmpty && rest.first?.hasPrefix(" ") == true) {
                block.append(line)
                continue
            }
            verbatim(block)
            block = []
            if line.isEmpty {
                lines.append(".PP")
            } else if line.first?.isUppercase == true, let end = line.firstIndex(where: { $0 == ":" || $0 == "," }),
                line[..<end].allSatisfy({ $0.isUppercase })
            {
                heading(line)
            } else {
                self.text(line)
            }
        }
        verbatim(block)
    }

    private mutating func section(_ name: String) { lines.append(".SH \"\(name)\"") }

    private mutating func heading(_ line: String) { lines += [".PP", "\\fB\(Self.escaped(line))\\fR", ".PP"] }

    private mutating func item(_ head: String, _ words: String) { lines += [".TP", head, Self.escaped(words)] }

    private mutating func text(_ line: String) { lines.append(Self.escaped(line)) }

    private mutating func verbatim(_ block: [String]) {
        guard !block.isEmpty else { return }
        lines += [".PP", ".nf"] + block.map(Self.escaped) + [".fi"]
    }

    private static func name(_ command: Value) -> String { command["commandName"]?.string ?? "" }

    private static func isShown(_ part: Value) -> Bool { part["shouldDisplay"]?.bool != false }

    /// Dashes that can be copied, ASCII only, and no line that is taken for a command.
    private static func escaped(_ line: String) -> String {
        let text = line.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "`": "\\(ga"
            case "…": "..."
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u" + String(format: "%04X", scalar.value) + "]"
            }
        }.joined()
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}

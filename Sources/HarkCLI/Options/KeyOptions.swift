import ArgumentParser
import Foundation
import Hark

/// The secret of an encrypted group. Command lines are seen by everybody on the machine, so it need not stand there.
struct KeyOptions: ParsableArguments {
    /// Read when no option says otherwise.
    static let variable = "HARK_KEY"

    /// 4 KiB: more than anybody types, and than any key takes.
    private static let byteCountMax = 4_096

    @Option(
        help: ArgumentHelp(
            """
            Encrypt, with this passphrase, and refuse what is not encrypted with it. Everybody on this machine can see \
            it; --key-file, or \(variable) in the environment, is better.
            """, valueName: "passphrase"))
    var key: String?

    @Option(help: ArgumentHelp("Take the passphrase from the first line of a file.", valueName: "file"))
    var keyFile: String?

    @Flag(help: "eventcast, with a key: take also what is not encrypted, as originals do.")
    var acceptPlaintext = false

    func validate() throws {
        if key != nil, keyFile != nil {
            throw ValidationError("--key and --key-file exclude each other; choose one")
        }
    }

    /// Reads it. Once only: a file may be a pipe.
    ///
    /// - Returns: nil when nothing is to be encrypted.
    func passphrase() throws -> String? {
        if let key { return try Self.checked(key, "--key") }
        if let keyFile { return try Self.checked(try Self.firstLine(of: keyFile), "\"\(keyFile)\"") }
        let inherited = ProcessInfo.processInfo.environment[Self.variable] ?? ""
        if inherited.isEmpty, acceptPlaintext {
            throw ValidationError("--accept-plaintext goes with a key; without one nothing is encrypted anyway")
        }
        return inherited.isEmpty ? nil : inherited
    }

    private static func checked(_ passphrase: String, _ place: String) throws -> String {
        guard passphrase.isEmpty else { return passphrase }
        throw ValidationError("the passphrase of \(place) is empty; give the one of the other members")
    }

    private static func firstLine(of path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: byteCountMax) else {
            throw ValidationError(
                "--key-file cannot read \"\(path)\"; give a file with the passphrase in its first line")
        }
        let line = data.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard line.count < byteCountMax, let text = String(validating: line, as: UTF8.self) else {
            throw ValidationError("the first line of \"\(path)\" is no text of fewer than \(byteCountMax) bytes")
        }
        return text
    }
}

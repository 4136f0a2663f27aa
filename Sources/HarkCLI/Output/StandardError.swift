import Foundation

/// Where everything goes that is not data.
enum StandardError {
    static func write(_ line: String) { write(text: line + "\n") }

    /// Without a newline.
    static func write(text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Swift that a page shows.
struct SwiftBlock: Sendable, CustomStringConvertible {
    /// The page's name and the line on which the code begins.
    let description: String
    let code: String
}

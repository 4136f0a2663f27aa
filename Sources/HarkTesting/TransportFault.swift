/// A promise that a transport has broken.
public struct TransportFault: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    init(_ description: String) { self.description = description }
}

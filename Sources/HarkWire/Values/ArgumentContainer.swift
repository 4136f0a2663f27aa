/// An array or object that is being read; `ArgumentReader.next(in:)` moves through it.
public struct ArgumentContainer {
    /// The parts still to come; negative when they are not counted.
    @usableFromInline var left: Int

    @inlinable init(left: Int) { self.left = left }

    /// How many parts there are, where the data says so. Already held against the size of the data.
    @inlinable public var count: Int? { left >= 0 ? left : nil }
}

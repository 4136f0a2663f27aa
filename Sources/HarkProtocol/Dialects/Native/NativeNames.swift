internal import HarkWire

/// Names and their numbers, as one program gives them: to the one connection of a client, or to all connections of a
/// server, so that the bytes of an event mean the same on each.
package final class NativeNames {
    /// Numbers by key, for names that the program has resolved once; 0 when the name has none yet.
    @exclusivity(unchecked) private var numberByKey: [UInt32] = []
    @exclusivity(unchecked) private var table = NameTable()

    package init() {}

    /// How many names have a number.
    package var count: Int { table.count }

    /// The number of the name with this key, 0 when it has none.
    package func number(ofKey key: Int) -> UInt32 { key < numberByKey.count ? numberByKey[key] : 0 }

    /// The number of this name, 0 when it has none.
    package func number(of name: UnsafeRawBufferPointer) -> UInt32 {
        table.number(of: name).map { UInt32($0) + 1 } ?? 0
    }

    /// The number of this name, which gets one if it has none.
    ///
    /// - Returns: 0 when there would be more than `countMax` names.
    package func define(_ name: UnsafeRawBufferPointer, key: Int?, countMax: Int) -> UInt32 {
        var number = self.number(of: name)
        if number == 0 {
            guard table.count < countMax else { return 0 }
            number = UInt32(table.add(name)) + 1
        }
        if let key {
            if key >= numberByKey.count {
                numberByKey.append(contentsOf: repeatElement(0, count: key + 1 - numberByKey.count))
            }
            numberByKey[key] = number
        }
        return number
    }

    /// The name with this number, which has one.
    package func string(_ number: UInt64) -> String { table.string(Int(number) - 1) }

    /// Calls `body` with the names that have these numbers, in order.
    package func forEach(_ numbers: ClosedRange<UInt32>, _ body: (UInt32, UnsafeRawBufferPointer) -> Void) {
        for number in numbers { table.withName(Int(number) - 1) { body(number, $0) } }
    }
}

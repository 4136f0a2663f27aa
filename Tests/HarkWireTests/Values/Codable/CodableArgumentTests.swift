import HarkWire
import Testing

@Suite struct CodableArgumentTests {
    private enum Colour: String, Codable, EventArgument { case red, green }

    private struct Line: Codable, Equatable, EventArgument {
        var name: String
        var price: Double
        var tags: [String]?
    }

    private struct Order: Codable, Equatable, EventArgument {
        var id: UInt64
        var isPaid: Bool
        var lines: [Line]
        var colour: Colour
        var counts: [String: Int]
        var note: String?
        var digest: [UInt8]
        var blob: Bytes
        var extra: Value
        var ratio: Float
    }

    private class Animal: Codable {
        var name: String
        init(name: String) { self.name = name }
    }

    private final class Dog: Animal, EventArgument {
        var age = 3

        private enum CodingKeys: CodingKey { case age }

        init(named name: String, age: Int) {
            self.age = age
            super.init(name: name)
        }

        required init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            age = try fields.decode(Int.self, forKey: .age)
            try super.init(from: fields.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(age, forKey: .age)
            try super.encode(to: fields.superEncoder())
        }
    }

    private struct Pair: Codable, Equatable, EventArgument {
        var first: Int
        var rest: [[Int]]

        init(first: Int, rest: [[Int]]) {
            self.first = first
            self.rest = rest
        }

        init(from decoder: any Decoder) throws {
            var parts = try decoder.unkeyedContainer()
            first = try parts.decode(Int.self)
            rest = []
            while !parts.isAtEnd {
                var nested = try parts.nestedUnkeyedContainer()
                var numbers: [Int] = []
                while !nested.isAtEnd { numbers.append(try nested.decode(Int.self)) }
                rest.append(numbers)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var parts = encoder.unkeyedContainer()
            try parts.encode(first)
            var open = rest.map { _ in parts.nestedUnkeyedContainer() }
            // Written alternately, which the encoder has to sort out.
            for column in 0..<(rest.map(\.count).max() ?? 0) {
                for row in rest.indices where column < rest[row].count {
                    try open[row].encode(rest[row][column])
                }
            }
        }
    }

    private struct Empty: Codable, Equatable, EventArgument {}

    private struct Refusing: Encodable, EventArgument {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "not today"))
        }

        init(reading reader: inout ArgumentReader) throws(ArgumentError) { throw .invalid("not today") }

        init() {}
    }

    private let order = Order(
        id: .max, isPaid: true,
        lines: [Line(name: "żółw", price: 0.1, tags: nil), Line(name: "", price: 2, tags: ["x"])],
        colour: .green, counts: ["a": 1], note: nil, digest: [1, 2], blob: [3], extra: ["k": [.date(milliseconds: 5)]],
        ratio: 0.1)

    @Test func `a struct of everything reads back`() throws {
        let bytes = try Wire.encode(order)
        #expect(try Wire.decode(Order.self, from: bytes) == order)
        #expect(try Wire.decode([Order].self, from: Wire.encode([order, order])) == [order, order])
    }

    @Test func `a struct is an object on the wire, bytes in it are bytes`() throws {
        let value = try Wire.value(cbor: Wire.encode(order))
        #expect(value["lines"]?[0] == ["name": "żółw", "price": 0.1])
        #expect(value["colour"] == "green")
        #expect(value["digest"] == .bytes([1, 2]))
        #expect(value["blob"] == .bytes([3]))
        #expect(value["extra"]?["k"] == [.date(milliseconds: 5)])
        #expect(value["note"] == nil)
        #expect(try Wire.value(cbor: Wire.encode(Empty())) == [:])
        #expect(try Wire.decode(Empty.self, from: Wire.encode(Empty())) == Empty())
    }

    @Test func `a raw-value enum is its raw value`() throws {
        #expect(try Wire.encode(Colour.red) == Wire.encode("red"))
        #expect(try Wire.decode(Colour.self, from: Wire.encode("green")) == .green)
        #expect(throws: ArgumentError.self) { try Wire.decode(Colour.self, from: Wire.encode("blue")) }
    }

    @Test func `a subclass and nested containers read back`() throws {
        let dog = try Wire.decode(Dog.self, from: Wire.encode(Dog(named: "Reksio", age: 7)))
        #expect(dog.name == "Reksio" && dog.age == 7)
        let pair = Pair(first: 1, rest: [[2, 3], [], [4, 5, 6]])
        #expect(try Wire.decode(Pair.self, from: Wire.encode(pair)) == pair)
        #expect(try Wire.value(cbor: Wire.encode(pair)) == [1, [2, 3], [], [4, 5, 6]])
    }

    @Test func `what follows a decoded struct is read next`() throws {
        let bytes = try Wire.arguments {
            order.encode(into: &$0)
            7.encode(into: &$0)
        }
        let seven = try Wire.read(bytes) { reader throws(ArgumentError) in
            _ = try Order(reading: &reader)
            return try Int(reading: &reader)
        }
        #expect(seven == 7)
    }

    @Test func `an error names the field`() throws {
        #expect(throws: ArgumentError.missingField("price")) {
            try Wire.decode(Line.self, from: Wire.encode(["name": "x"] as Value))
        }
        #expect(throws: ArgumentError.invalid("price: expected a double, found a string")) {
            try Wire.decode(Line.self, from: Wire.encode(["name": "x", "price": "y"] as Value))
        }
        #expect(throws: ArgumentError.self) { try Wire.decode(Line.self, from: Wire.encode(7)) }
        #expect(throws: ArgumentError.missing) { try Wire.decode(Line.self, from: []) }
        #expect(throws: ArgumentError.invalid("not today")) { try Wire.encode(Refusing()) }
    }

    @Test func `every truncation is an error`() throws {
        let bytes = try Wire.encode(order)
        for count in 0..<bytes.count {
            #expect(throws: ArgumentError.self) { try Wire.decode(Order.self, from: Array(bytes[..<count])) }
        }
    }

    private indirect enum Tree: Codable, EventArgument {
        case leaf
        case node(Tree)
    }

    @Test func `types nested too deeply are refused both ways, on a small stack too`() throws {
        let isRefused = SmallStack.run {
            var tree = Tree.leaf
            for _ in 0..<60 { tree = .node(tree) }
            let bytes = Wire.hex(String(repeating: "a1646e6f6465a1625f30", count: 30) + "a1646c656166a0")
            return (try? Wire.encode(tree)) == nil && (try? Wire.decode(Tree.self, from: bytes)) != nil
        }
        #expect(isRefused == true)
    }
}

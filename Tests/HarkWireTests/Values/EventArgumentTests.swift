import HarkWire
import Testing

@Suite struct EventArgumentTests {
    private func roundTrip<Argument: EventArgument & Equatable>(_ argument: Argument) throws -> Bool {
        try Wire.decode(Argument.self, from: Wire.encode(argument)) == argument
    }

    @Test func `every integer type reads back its limits`() throws {
        func limits<Integer: FixedWidthInteger & EventArgument>(_: Integer.Type) throws -> Bool {
            try roundTrip(Integer.min) && roundTrip(Integer.max) && roundTrip(Integer(1)) && roundTrip(Integer(100))
        }
        #expect(try limits(Int.self) && limits(Int8.self) && limits(Int16.self) && limits(Int32.self))
        #expect(try limits(Int64.self) && limits(UInt.self) && limits(UInt8.self) && limits(UInt16.self))
        #expect(try limits(UInt32.self) && limits(UInt64.self))
    }

    @Test func `scalars and containers read back`() throws {
        #expect(try roundTrip(true) && roundTrip(false))
        #expect(try roundTrip(1.1) && roundTrip(-Double.infinity) && roundTrip(Float(0.1)))
        #expect(try roundTrip("") && roundTrip("żółw") && roundTrip(String(repeating: "é", count: 70_000)))
        #expect(try roundTrip(Bytes([1, 2, 3])) && roundTrip([UInt8]([4, 5])))
        #expect(try roundTrip([Int]()) && roundTrip([1, 2, 3]) && roundTrip([["a"], []]))
        #expect(try roundTrip(["a": 1, "b": 2]) && roundTrip([String: [Double]]()))
        #expect(try roundTrip(Int?.none) && roundTrip(Int?.some(3)) && roundTrip([1, nil, 3]))
        #expect(try roundTrip(["a": [1, 2.5, nil], "b": .bytes([1])] as Value))
    }

    @Test func `an integer takes an integral double up to 2 to the 53, and nothing that loses`() throws {
        #expect(try Wire.decode(Int.self, from: Wire.encode(7.0)) == 7)
        #expect(try Wire.decode(Int.self, from: Wire.encode(-0x1p53)) == -(1 << 53))
        #expect(throws: ArgumentError.outOfRange(type: "Int")) { try Wire.decode(Int.self, from: Wire.encode(7.5)) }
        #expect(throws: ArgumentError.self) { try Wire.decode(Int.self, from: Wire.encode(0x1p54)) }
        #expect(throws: ArgumentError.self) { try Wire.decode(Int.self, from: Wire.encode(Double.nan)) }
        #expect(throws: ArgumentError.outOfRange(type: "UInt8")) {
            try Wire.decode(UInt8.self, from: Wire.encode(256))
        }
        #expect(throws: ArgumentError.self) { try Wire.decode(UInt.self, from: Wire.encode(-1)) }
        #expect(throws: ArgumentError.self) { try Wire.decode(Int.self, from: Wire.encode(UInt64.max)) }
        #expect(throws: ArgumentError.self) { try Wire.decode(Int8.self, from: Wire.encode(-129.0)) }
    }

    @Test func `a double takes any integer`() throws {
        #expect(try Wire.decode(Double.self, from: Wire.encode(-3)) == -3)
        #expect(try Wire.decode(Double.self, from: Wire.encode(UInt64.max)) == 0x1p64)
        #expect(try Wire.decode(Double.self, from: Wire.hex("3bffffffffffffffff")) == -0x1p64)
        #expect(throws: ArgumentError.outOfRange(type: "Float")) {
            try Wire.decode(Float.self, from: Wire.encode(1e300))
        }
    }

    @Test func `bytes are bytes on the wire and read from integers as well`() throws {
        #expect(try Wire.encode([UInt8]([1, 2])) == Wire.hex("420102"))
        #expect(try Wire.decode(Bytes.self, from: Wire.hex("820102")) == [1, 2])
        #expect(try Wire.decode([UInt8].self, from: Wire.hex("5f41014102ff")) == [1, 2])
        #expect(throws: ArgumentError.self) { try Wire.decode(Bytes.self, from: Wire.hex("811903e8")) }
    }

    @Test func `what is not there and null are nil, for others an error`() throws {
        #expect(try Wire.decode(Int?.self, from: []) == nil)
        #expect(try Wire.decode(String?.self, from: [0xF6]) == nil)
        #expect(throws: ArgumentError.missing) { try Wire.decode(Int.self, from: []) }
        #expect(throws: ArgumentError.missing) { try Wire.decode(Value.self, from: []) }
        #expect(throws: ArgumentError.mismatch(expected: .int, found: .null)) {
            try Wire.decode(Int.self, from: [0xF6])
        }
        #expect(throws: ArgumentError.mismatch(expected: .bool, found: .int)) {
            try Wire.decode(Bool.self, from: [1])
        }
        // A cut-off array is not one of nils.
        #expect(throws: ArgumentError.self) { try Wire.decode([Int?].self, from: Wire.hex("9f01")) }
    }

    @Test func `arrays of anything stay within the memory that their bytes justify`() throws {
        let hollow = [0x9A, 0, 0x10, 0, 0] + [UInt8](repeating: 0x80, count: 1 << 20)
        #expect(try Wire.decode([[Int]].self, from: hollow).count == 1 << 20)
        #expect(throws: ArgumentError.overBudget) {
            let bytes = Wire.hex("9a 00080000" + String(repeating: "8100", count: 1 << 19))
            _ = try Wire.decode([[Int]].self, from: bytes)
        }
        #expect(throws: ArgumentError.self) { try Wire.decode([Int].self, from: Wire.hex("9bffffffffffffffff")) }
        #expect(throws: ArgumentError.self) { try Wire.decode([String].self, from: Wire.hex("9a7fffffff60")) }
    }

    @Test func `an error is one clear sentence`() {
        #expect(
            ArgumentError.mismatch(expected: .int, found: .string).description
                == "expected an integer, found a string")
        #expect(ArgumentError.outOfRange(type: "UInt8").description == "the number does not fit UInt8")
        #expect(ArgumentError.missing.description == "an argument is missing")
    }
}

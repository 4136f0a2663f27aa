internal import Hark

/// The object among the arguments of the codec's event.
struct Payment: EventArgument {
    var id = 4_711
    var isPaid = true
    var customer = "Ada Lovelace"

    func encode(into writer: inout ArgumentWriter) {
        writer.beginObject(count: 3)
        writer.writeKey("id")
        writer.write(id)
        writer.writeKey("paid")
        writer.write(isPaid)
        writer.writeKey("customer")
        writer.write(customer)
        writer.endObject()
    }

    init() {}

    init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        var fields = try reader.beginObject()
        while let key = try reader.nextKey(in: &fields) {
            switch key {
            case "id": id = try reader.readInteger()
            case "paid": isPaid = try reader.readBool()
            case "customer": customer = try reader.readString()
            default: try reader.skip()
            }
        }
    }
}

import HarkProtocol
import Testing

@Suite struct UhuraSettingsTests {
    @Test(arguments: [
        ("[\"start\"]", "arrays"), ("[\"start\",null]", "arrays"), ("[\"start\",[]]", "arrays"),
        ("[\"start\",{}]", "arrays"), ("[\"start\",{\"objectMode\":true}]", "objects"),
        ("[\"start\",{\"enableAcks\":true}]", "arrays acks"),
        ("[\"start\",{\"objectMode\":1,\"enableAcks\":\"yes\"}]", "arrays"),
        ("[\"start\",{\"objectMode\":true,\"enableAcks\":true,\"more\":[1]}]", "objects acks"),
    ])
    func `what is not said, or is no truth value, is no`(text: String, expected: String) {
        #expect(UhuraSide(.server).hear("[" + text) == ["started \(expected)"])
    }

    @Test func `ids need both`() {
        #expect(UhuraSettings(objectMode: true, acknowledgements: true).hasIdentifiers)
        #expect(!UhuraSettings(objectMode: false, acknowledgements: true).hasIdentifiers)
        #expect(!UhuraSettings(objectMode: true, acknowledgements: false).hasIdentifiers)
    }
}

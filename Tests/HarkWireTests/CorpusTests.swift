import HarkWire
import Testing

/// What the fuzzers have found worth keeping, as ordinary tests.
@Suite struct CorpusTests {
    @Test func `no bytes of the corpus break the CBOR reader`() throws {
        try replay("CBOR", CBORInvariant.violation)
    }

    @Test func `no bytes of the corpus break the JSON reader`() throws {
        try replay("JSON", JSONInvariant.violation)
    }

    @Test func `no bytes of the corpus break the argument reader`() throws {
        try replay("ArgumentReader", ArgumentReaderInvariant.violation)
    }

    @Test func `no bytes of the corpus break the JSON cursor`() throws {
        try replay("JSONCursor", JSONCursorInvariant.violation)
    }

    @Test func `no bytes of the corpus break what writes CBOR as JSON`() throws {
        try replay("CBOR", JSONTranscoderInvariant.violation)
    }

    @Test func `no bytes of the corpus break the BSON cursor`() throws {
        try replay("BSON", BSONInvariant.violation)
    }

    @Test func `no bytes of the corpus break what writes CBOR as BSON`() throws {
        try replay("CBOR", BSONTranscoderInvariant.violation)
    }

    @Test func `no stream of the corpus is read otherwise when it is cut`() throws {
        try replay("JSONStreamFraming", JSONStreamFramingInvariant.violation)
        try replay("DelimiterFraming", DelimiterFramingInvariant.violation)
    }

    private func replay(_ decoder: String, _ violation: (UnsafeRawBufferPointer) -> String?) throws {
        let corpus = try Fixture.corpus(decoder)
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(violation)
            #expect(found == nil, "\(decoder)/\(name)")
        }
    }
}

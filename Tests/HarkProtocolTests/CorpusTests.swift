import Testing

/// What the fuzzer has found worth keeping, as an ordinary test.
@Suite struct CorpusTests {
    @Test func `no bytes of the corpus break the native machine`() throws {
        let corpus = try Fixture.corpus("NativeMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(NativeMachineInvariant.violation)
            #expect(found == nil, "NativeMachine/\(name)")
        }
    }

    @Test func `no bytes of the corpus break the machine of Uhura`() throws {
        let corpus = try Fixture.corpus("UhuraMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(UhuraMachineInvariant.violation)
            #expect(found == nil, "UhuraMachine/\(name)")
        }
    }
}

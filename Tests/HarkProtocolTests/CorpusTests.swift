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

    @Test func `no bytes of the corpus break the machine of socket-ipc`() throws {
        let corpus = try Fixture.corpus("SocketIPCMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(SocketIPCMachineInvariant.violation)
            #expect(found == nil, "SocketIPCMachine/\(name)")
        }
    }

    @Test func `no bytes of the corpus break the Streamitter machine or the recognition`() throws {
        let machine = try Fixture.corpus("StreamitterMachine")
        #expect(machine.count > 50)
        for (name, bytes) in machine {
            let found = bytes.withUnsafeBytes(StreamitterMachineInvariant.violation)
            #expect(found == nil, "StreamitterMachine/\(name)")
        }
        let recognition = try Fixture.corpus("DialectRecognition")
        #expect(recognition.count > 10)
        for (name, bytes) in recognition {
            let found = bytes.withUnsafeBytes(DialectRecognitionInvariant.violation)
            #expect(found == nil, "DialectRecognition/\(name)")
        }
    }

    @Test func `no bytes of the corpus break the datagrams of Eventcast`() throws {
        let corpus = try Fixture.corpus("EventcastDatagram")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(EventcastDatagramInvariant.violation)
            #expect(found == nil, "EventcastDatagram/\(name)")
        }
    }

    @Test func `no steps of the corpus break the machine of Eventcast`() throws {
        let corpus = try Fixture.corpus("EventcastMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(EventcastMachineInvariant.violation)
            #expect(found == nil, "EventcastMachine/\(name)")
        }
    }

    @Test func `no bytes of the corpus break what is said over a console`() throws {
        let corpus = try Fixture.corpus("ConsoleConversation")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(ConsoleConversationInvariant.violation)
            #expect(found == nil, "ConsoleConversation/\(name)")
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

    @Test func `no bytes of the corpus break the machine of verbose`() throws {
        let corpus = try Fixture.corpus("VerboseMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(VerboseMachineInvariant.violation)
            #expect(found == nil, "VerboseMachine/\(name)")
        }
    }

    @Test func `nothing that a neighbour says in the corpus breaks a mesh`() throws {
        let corpus = try Fixture.corpus("MeshMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(MeshMachineInvariant.violation)
            #expect(found == nil, "MeshMachine/\(name)")
        }
    }

    @Test func `no bytes of the corpus break a native group`() throws {
        let corpus = try Fixture.corpus("NativeGroupMachine")
        #expect(corpus.count > 50)
        for (name, bytes) in corpus {
            let found = bytes.withUnsafeBytes(NativeGroupMachineInvariant.violation)
            #expect(found == nil, "NativeGroupMachine/\(name)")
        }
    }
}

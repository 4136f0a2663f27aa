import Hark
import HarkTesting
import Testing

@EventLoop
struct MulticastGroupTests {
    private func refusal(_ change: (inout MulticastGroup.Options) -> Void) async throws -> HarkError.Code? {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(port: 9000)
            change(&options)
            let group = MulticastGroup(options: options)
            do throws(HarkError) {
                try await group.start()
                return nil
            } catch {
                #expect(group.status == .stopped)
                return error.code
            }
        }
    }

    @Test func `a native group without a port is refused`() async throws {
        #expect(try await refusal { $0.port = nil } == .invalidOptions)
    }

    @Test func `dialects of connections are refused`() async throws {
        #expect(try await refusal { $0.dialect = .uhura } == .invalidOptions)
    }

    @Test(arguments: [0, 65_536, -1])
    func `what is no port is refused`(_ port: Int) async throws {
        #expect(try await refusal { $0.port = port } == .invalidOptions)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "", "ff02::1 "])
    func `what is no group is refused`(_ group: String) async throws {
        #expect(try await refusal { $0.multicastMembership = group } == .invalidEndpoint)
    }

    @Test(arguments: ["::", "here", "1.2.3"])
    func `an address of another family, or none, is refused`(_ address: String) async throws {
        #expect(try await refusal { $0.address = address } == .invalidEndpoint)
    }

    @Test func `an interface that is not there is refused`() async throws {
        #expect(try await refusal { $0.multicastInterface = "nosuch0" } == .invalidOptions)
    }

    @Test func `limits that make no sense are refused`() async throws {
        #expect(try await refusal { $0.multicastTtl = 256 } == .invalidOptions)
        #expect(try await refusal { $0.maxPayloadSize = 1 } == .invalidOptions)
        #expect(try await refusal { $0.messageTtl = .zero } == .invalidOptions)
    }

    @Test func `a peer list of names is refused`() async throws {
        #expect(try await refusal { $0.peers = [.udp("localhost", port: 1)] } == .invalidEndpoint)
        #expect(try await refusal { $0.peers = [.tcp(port: 1)] } == .invalidEndpoint)
    }

    @Test func `what is emitted while stopped reaches nobody but the member itself`() async throws {
        try await withSimulation { simulation in
            let group = MulticastGroup(options: simulation.groupOptions(dialect: .eventcast, port: 9000))
            var heard = 0
            group.on("a") { heard += 1 }
            #expect(group.emit("a") == .dropped(.stopped))
            #expect(heard == 1)
            #expect(group.statistics.dropped == [.stopped: 1])
        }
    }
}

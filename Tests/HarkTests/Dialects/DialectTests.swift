import Hark
import Testing

struct DialectTests {
    @Test func `a dialect is called as on the command line`() {
        let dialects: [Dialect] = [.native, .streamitter, .uhura, .socketIPC]
        #expect(dialects.map(\.description) == ["native", "streamitter", "uhura", "socket-ipc"])
    }

    @Test func `dialects that differ in a choice are not the same`() {
        #expect(Dialect.uhura == .uhura() && Dialect.uhura != .uhura(acknowledgements: false))
        #expect(Dialect.socketIPC == .socketIPC() && Dialect.socketIPC != .socketIPC(queuesOffline: true))
    }

    @Test func `a client connects again by itself where the dialect says so`() {
        var options = Client.Options()
        let defaults = [Dialect.native, .streamitter, .uhura, .socketIPC].map { dialect in
            options.dialect = dialect
            return options.reconnects
        }
        #expect(defaults == [true, false, false, true])
        options.reconnects = false
        #expect(!options.reconnects)
    }

    @Test func `the waits are those that each library documents`() {
        var options = Client.Options()
        options.dialect = .socketIPC
        #expect(options.reconnection.retryDelay == .fixed(.milliseconds(1_000)))
        #expect(options.reconnection.reconnectDelay == .fixed(.milliseconds(100)))
        options.dialect = .uhura
        #expect(options.reconnection.retryDelay == .backoff(from: .milliseconds(100), upTo: .seconds(60)))
    }
}

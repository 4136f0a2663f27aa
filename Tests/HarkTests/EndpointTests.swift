import Hark
import Testing

struct EndpointTests {
    @Test(arguments: [
        ("tcp://localhost:4000", Endpoint.tcp("localhost", port: 4_000)),
        ("tcp://127.0.0.1:0", .tcp("127.0.0.1", port: 0)),
        ("tcp://[::1]:65535", .tcp("::1", port: 65_535)),
        ("tcp://*:80", .tcp(port: 80)),
        ("unix:///run/app.sock", .unix("/run/app.sock")),
        ("unix://app.sock", .unix("app.sock")),
    ])
    func `a URL is read and written back`(_ url: String, _ endpoint: Endpoint) throws {
        #expect(try Endpoint(parsing: url) == endpoint)
        #expect("\(endpoint)" == url)
    }

    @Test func `a missing host means all of them`() throws {
        #expect(try Endpoint(parsing: "tcp://:80") == .tcp(port: 80))
    }

    @Test(arguments: [
        ("", "scheme"), ("localhost:80", "scheme"), ("http://localhost:80", "scheme"), ("TCP://localhost:80", "scheme"),
        ("unix://", "path"), ("tcp://", "port"), ("tcp://localhost", "port"), ("tcp://localhost:", "port"),
        ("tcp://localhost:http", "port"), ("tcp://localhost:-1", "port"), ("tcp://localhost:+1", "port"),
        ("tcp://localhost:65536", "port"), ("tcp://localhost:99999999999999999999", "port"),
        ("tcp://localhost:80/path", "port"), ("tcp://::1:80", "brackets"),
    ])
    func `a URL that cannot be used is refused with the reason`(_ url: String, _ reason: String) {
        let error = #expect(throws: HarkError.self) { try Endpoint(parsing: url) }
        #expect(error?.code == .invalidEndpoint)
        #expect(error?.message.contains(reason) == true)
        #expect(error?.message.contains("\"\(url)\"") == true)
    }

    @Test func `only TCP has a port`() {
        #expect(Endpoint.tcp(port: 80).port == 80)
        #expect(Endpoint.unix("/run/app.sock").port == nil)
    }
}

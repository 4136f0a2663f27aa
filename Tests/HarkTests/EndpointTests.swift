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

    @Test(arguments: [
        ("5555", Endpoint.tcp(port: 5555)), ("65535", .tcp(port: 65_535)), ("tcp://db:80", .tcp("db", port: 80)),
        ("unix:///run/a.sock", .unix("/run/a.sock")), ("/run/a.sock", .unix("/run/a.sock")),
        ("a.sock", .unix("a.sock")),
        ("./5555", .unix("./5555")), ("a:b", .unix("a:b")), ("/a:80", .unix("/a:80")), ("-1", .unix("-1")),
    ])
    func `a client's target is a port, a URL or a path`(_ target: String, _ endpoint: Endpoint) throws {
        #expect(try Endpoint(target: target) == endpoint)
    }

    @Test(arguments: [
        ("", "empty"), ("0", "port"), ("65536", "port"), ("99999999999999999999", "port"), ("http://a:80", "scheme"),
        ("tcp://a", "port"), (" 80", "white space"), ("80 ", "white space"), ("db:80", "tcp://db:80"), ("a\0b", "zero"),
        ("/" + String(repeating: "a", count: 200), "longer"),
    ])
    func `a target that cannot be meant is refused with the reason`(_ target: String, _ reason: String) {
        let error = #expect(throws: HarkError.self) { try Endpoint(target: target) }
        #expect(error?.code == .invalidEndpoint && error?.message.contains(reason) == true)
    }

    @Test func `only TCP has a port`() {
        #expect(Endpoint.tcp(port: 80).port == 80)
        #expect(Endpoint.unix("/run/app.sock").port == nil)
    }
}

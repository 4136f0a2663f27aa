import Foundation
import Testing

/// What goes wrong ends with one sentence on standard error and the status that says what kind of failure it is.
@Suite struct BadInputTests {
    @Test(arguments: [
        ("listen", 2, "Missing expected argument '<url> ...'"),
        ("listen http://localhost:1", 2, "the scheme is unknown; write tcp://HOST:PORT"),
        ("listen tcp://localhost", 2, "the port is missing; write tcp://HOST:PORT"),
        ("listen tcp://localhost:65536", 2, "the port must be a number from 0 to 65535"),
        ("listen tcp://localhost:0 --count 0", 2, "--count must be 1 or more"),
        ("listen tcp://localhost:0 --timeout -1", 2, "--timeout"),
        ("listen tcp://localhost:0 --idle 0", 2, "--idle must be a number of seconds above 0"),
        ("listen tcp://localhost:0 --null", 2, "--null goes with --raw"),
        ("listen tcp://localhost:0 --raw --timestamp", 2, "leave the time out"),
        ("listen tcp://localhost:0 --since-start --timestamp", 2, "exclude each other; choose one"),
        ("completions csh", 2, "The value 'csh' is invalid"),
        ("listen tcp://localhost:0 --dialect verbos", 2, "there is no dialect \"verbos\"; choose among native"),
        ("listen tcp://localhost:0 --dialect native,uhra", 2, "did you mean \"uhura\"?"),
        ("listen tcp://localhost:0 --dialect native --dialect native", 2, "names native twice; once is enough"),
        ("listen tcp://localhost:0 --dialect streamitter,socket-ipc", 2, "cannot be told apart; choose one"),
        ("listen unix:///a.sock unix:///b.sock --dialect socket-ipc --timeout 9", 2, "one address, not 2"),
        ("connect unix:///nobody.sock --dialect uhura,native", 2, "there is no dialect \"uhura,native\""),
        ("connect unix:///nobody.sock --dialect uhura --credentials 1", 2, "the uhura dialect has no credentials"),
        ("connect unix:///nobody.sock --dialect socket-ipc --ping 1", 2, "the socket-ipc dialect has no pings"),
        ("connect unix:///nobody.sock --dialect streamitter --preamble {}", 2, "one of the keys"),
        (
            "connect unix:///nobody.sock --dialect streamitter --preamble {\"emit\":\"a\"}", 2,
            "the streamitter dialect has no preamble; leave --preamble out, or speak native"
        ),
        ("connect unix:///nobody.sock --no-acks", 2, "--acks is for --dialect uhura; with native leave it out"),
        ("connect unix:///nobody.sock --dialect streamitter --no-object-mode", 2, "--object-mode is for --dialect"),
        ("connect unix:///nobody.sock --dialect uhura --queue-offline", 2, "--queue-offline is for --dialect"),
        ("connect unix:///nobody.sock --dialect uhura --no-object-mode --acks", 2, "--acks needs object mode"),
        ("emit unix:///nobody.sock hello --dialect uhura --credentials 1", 2, "the uhura dialect has no credentials"),
        ("emit unix:///nobody.sock hello --dialect uhura", 3, "there is no such socket file; start the server"),
        ("request unix:///nobody.sock hello --dialect uhura", 2, "the uhura dialect has no requests"),
        ("listen tcp://localhost:0 --jsn", 2, "Did you mean '--json'?"),
        ("listen unix:///there/is/no/such/folder", 2, "the directory does not exist; create it first"),
        ("listen unix:///etc/passwd", 1, "a file that is not a socket; it is left alone"),
        ("connect tcp://localhost:0", 2, "port 0 is for listening"),
        ("connect unix:///nobody.sock --no-retry", 3, "there is no such socket file; start the server"),
        ("connect unix:///nobody.sock --timeout 0.1 --quiet", 4, "within 0.1 seconds"),
        ("emit tcp://localhost:1", 2, "Missing expected argument '<name>'"),
        ("emit unix:///nobody.sock hello", 3, "there is no such socket file; start the server"),
        ("emit unix:///nobody.sock hello --credentials {", 2, "--credentials must be JSON"),
        ("request unix:///nobody.sock hello", 3, "there is no such socket file; start the server"),
        ("demo tragedy", 2, "there is no scene \"tragedy\"; choose among ping-pong"),
        ("bench", 2, "the mode is missing; choose among round-trip, one-way"),
        ("bench tcp://localhost:1", 2, "the mode is missing"),
        ("bench sideways", 2, "there is no mode \"sideways\"; choose among round-trip"),
        ("bench localhost one-way", 2, "the scheme is unknown; write tcp://HOST:PORT"),
        ("bench tcp://localhost:0 one-way", 2, "port 0 is for listening"),
        ("bench tcp://localhost:1 one-way --tcp", 2, "--tcp is for a measurement without URL"),
        ("bench one-way --window 2", 2, "--window has no meaning for one-way"),
        ("bench round-trip --clients 2", 2, "--clients has no meaning for round-trip"),
        ("bench idle --rate 2", 2, "--rate has no meaning for idle"),
        ("bench round-trip --size 7", 2, "--size must be a number of bytes from 8 to"),
        ("bench round-trip --duration 0", 2, "--duration must be a number of seconds from 0.01"),
        ("bench round-trip --rate many", 2, "The value 'many' is invalid"),
        ("bench round-trip --size 1000000 --window 9999", 2, "is too much; use at most"),
        ("bench round-trip --hgrm /no/such/folder/x", 2, "choose a folder that exists"),
        ("bench round-trip --compare /no/such/file", 2, "give a file that hark bench --json has written"),
        ("bench --serve tcp://:0 idle", 2, "--serve takes no mode"),
        ("bench unix:///nobody.sock idle --runs 2", 2, "needs a new server each time; leave out the URL"),
        ("bench round-trip --runs 0", 2, "--runs must be a number from 1 to 1000"),
        ("bench round-trip --csv --json", 2, "--csv and --json exclude each other"),
        ("bench round-trip --tolerance -1", 2, "--tolerance"),
        ("bench unix:///nobody.sock idle", 3, "there is no such socket file; start the server"),
        ("connect unix:///nobody.sock --retry-delay soon", 2, "write N or MIN-MAX, in milliseconds from 1 to"),
        ("connect unix:///nobody.sock --reconnect-delay 9-1", 2, "write N or MIN-MAX, in milliseconds"),
        ("connect unix:///nobody.sock --attempts-max 0", 2, "--attempts-max must be 1 or more"),
        ("connect unix:///nobody.sock --deadline 0", 2, "--deadline must be a number of seconds above 0"),
        ("connect unix:///nobody.sock --ping 0", 2, "--ping must be a number of seconds above 0"),
        ("connect unix:///nobody.sock --no-retry --deadline 1", 2, "with --no-retry there is one attempt"),
        ("connect unix:///nobody.sock --preamble nonsense", 2, "--preamble nonsense: this is not JSON"),
        ("connect unix:///nobody.sock --preamble {\"close\":true}", 2, "it can only emit, without"),
        ("connect unix:///nobody.sock --log-level loud", 2, "there is no such level"),
        ("connect unix:///nobody.sock --progress much", 2, "Please provide one of 'auto', 'json' or 'none'"),
        ("connect unix:///nobody.sock --retry-dely 7", 2, "Did you mean '--retry-delay'?"),
        ("cast", 2, "Missing expected argument '<url>'"),
        ("cast tcp://localhost:1", 2, "is no group; write udp://GROUP:PORT"),
        ("cast udp://239.1.1.1", 2, "the port is missing; write udp://HOST:PORT"),
        ("cast udp://:9000", 2, "the group is missing"),
        ("cast udp://239.1.1.1:0", 2, "the members of a native group share a port"),
        ("cast udp://239.1.1.1:70000", 2, "the port must be a number from 0 to 65535"),
        ("cast udp://10.0.0.1:9000", 2, "10.0.0.1 is no multicast group"),
        ("cast udp://news.local:9000", 2, "news.local is no multicast group"),
        ("cast udp://239.1.1.1:9000 --dialect uhura", 2, "is spoken over connections; use hark listen"),
        ("cast udp://239.1.1.1:9000 --dialect eventcas", 2, "did you mean \"eventcast\"?"),
        ("cast udp://239.1.1.1:9000 --interface nosuch", 2, "there is no interface \"nosuch\" that is up"),
        ("cast udp://239.1.1.1:9000 --ttl 256", 2, "--ttl must be a number from 0 to 255, not 256"),
        (
            "cast udp://239.1.1.1:9000 --max-payload 511", 2,
            "--max-payload must be a number of bytes from 512 to 65507 in the native dialect, not 511"
        ),
        ("cast udp://239.1.1.1:9000 --max-payload 65508", 2, "--max-payload must be a number of bytes from 512"),
        (
            "cast udp://239.1.1.1:9000 --dialect eventcast --max-payload 63", 2,
            "--max-payload must be a number of bytes from 64 to 65507 in the eventcast dialect, not 63"
        ),
        ("cast udp://239.1.1.1:9000 --message-ttl 100", 2, "--message-ttl is for --dialect eventcast"),
        ("cast udp://239.1.1.1:9000 --dialect eventcast --message-ttl 0", 2, "--message-ttl must be a number of"),
        ("cast udp://239.1.1.1:9000 --dialect eventcast --rate 5000", 2, "--rate is for --dialect native"),
        ("cast udp://239.1.1.1:9000 --dialect eventcast --tagged", 2, "--tagged is for --dialect native"),
        ("cast udp://239.1.1.1:9000 --dialect eventcast --join live", 2, "--join is for --dialect native"),
        ("cast udp://239.1.1.1:9000 --join never", 2, "write live or stored"),
        ("cast udp://239.1.1.1:9000 --peer 10.0.0.2", 2, "the scheme is unknown"),
        ("cast udp://239.1.1.1:9000 --peer udp://10.0.0.2:0", 2, "is no address of a member"),
        ("cast udp://239.1.1.1:9000 --membership 239.1.1.2", 2, "give one of them"),
        ("cast udp://239.1.1.1:9000 --key a --key-file b", 2, "--key and --key-file exclude each other"),
        ("cast udp://239.1.1.1:9000 --key-file /no/such/file", 2, "--key-file cannot read \"/no/such/file\""),
        ("cast udp://239.1.1.1:9000 --accept-plaintext", 2, "--accept-plaintext is for --dialect eventcast"),
        ("cast udp://239.1.1.1:9000 --dialect eventcast --accept-plaintext", 2, "--accept-plaintext goes with a key"),
        ("cast udp://239.1.1.1:9000 --repl-port 70000", 2, "--repl-port must be a number from 0 to 65535"),
        ("cast udp://239.1.1.1:9000 --repl --console unix:///a.sock", 2, "two places for one console; choose one"),
        ("listen tcp://localhost:0 --dialect eventcast", 2, "the eventcast dialect is spoken in groups; use hark cast"),
        ("listen udp://239.1.1.1:9000", 2, "is a group, without connections; use hark cast"),
        ("connect udp://239.1.1.1:9000", 2, "is a group, without connections; use hark cast"),
        ("bench unix:///nobody.sock cast", 2, "cast stays on this machine"),
        ("bench cast --tcp", 2, "cast stays on this machine"),
        ("bench cast --window 2", 2, "--window has no meaning for cast"),
        ("bench cast --hgrm x", 2, "give cast a --size"),
        ("doctor --interface nosuch", 2, "there is no interface \"nosuch\" that is up; choose among lo"),
        ("doctor eth0", 2, "Unexpected argument 'eth0'"),
        ("inspect", 2, "Missing expected argument '<url>'"),
        ("inspect tcp://localhost:0", 2, "port 0 is for listening"),
        ("inspect udp://239.1.1.1:1", 2, "is a group, without connections"),
        ("inspect unix:///nobody.sock peers --timeout 0", 2, "--timeout must be a number of seconds above 0"),
        ("inspect unix:///nobody.sock peers", 3, "there is no such socket file"),
        ("inspect unix:///nobody.sock", 3, "there is no such socket file"),
        ("sing", 2, "there is no verb \"sing\"; choose among listen, connect"),
        ("lisen tcp://:0", 2, "there is no verb \"lisen\"; did you mean \"listen\"?"),
        ("ocnnect tcp://:0", 2, "there is no verb \"ocnnect\"; did you mean \"connect\"?"),
    ])
    func `ends with its status and one sentence`(line: String, status: Int32, sentence: String) async throws {
        let command = try Command(line)
        let end = await command.end()
        #expect(end.status == status)
        let lines = end.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("hark: ") == true && lines.first?.contains(sentence) == true, "\(lines)")
        #expect(lines.count == (status == 2 && lines.count > 1 ? 2 : 1))
        if lines.count == 2 { #expect(lines[1].hasPrefix("See `hark ")) }
    }

    @Test func `a port in use is told in one sentence`() async throws {
        let first = try Command("listen", "tcp://localhost:0")
        let url = try await first.nextURL()
        let second = try Command("listen", url)
        let (status, errors) = await second.end()
        #expect(status == 1)
        #expect(
            errors
                == "hark: cannot listen on \(url): something else listens there; stop it or choose another address\n")
    }

    @Test func `a request that nobody answers has a status of its own`() async throws {
        let url = "unix://\(Command.socket())"
        let server = try Command("demo-role", "pong", url)
        _ = try await server.nextLine()
        let (status, errors) = await (try Command("request", url, "product", "2", "3")).end()
        #expect(status == 5)
        #expect(errors == "hark: nobody answers \"product\" there\n")
    }

    @Test func `a reply that does not come in time has a status of its own`() async throws {
        let listen = try Command("listen", "tcp://localhost:0")
        let request = try Command("request", try await listen.nextURL(), "sum", "--timeout", "0.2")
        #expect(await request.status() == 4)
    }

    @Test func `a socket without permission has a status of its own`() async throws {
        // The superuser may everything.
        guard geteuid() != 0 else { return }
        let (status, errors) = await (try Command("listen", "unix:///hark.sock")).end()
        #expect(status == 6)
        #expect(errors.contains("this user may not"))
    }
}

internal import HarkProtocol
internal import HarkUV

/// Several dialects on one address.
extension Server {
    /// Whether what a connection speaks has to be found out.
    var isRecognising: Bool { options.dialects.count > 1 }

    /// Finds out what is spoken on `connection`, and lets it arrive.
    func recognise(_ connection: any Connection) {
        let recogniser = Recogniser(
            connection, options.dialects, environment.clock, timeout: options.timing.handshake.milliseconds
        ) { [unowned self] recogniser, result in
            recognisers[ObjectIdentifier(recogniser)] = nil
            switch result {
            case .success(let dialect):
                arrive(connection, dialect)
                guard !recogniser.bytes.isEmpty else { return }
                recogniser.bytes.withUnsafeBytes { connection.receiver?.received($0.bytes) }
            case .failure(let error):
                unrecognisedCount += 1
                connection.close()
                report(error)
            }
        }
        recognisers[ObjectIdentifier(recogniser)] = recogniser
        recogniser.start()
    }

    /// That the dialects can be told apart.
    func checkDialects() throws(HarkError) {
        let dialects = options.dialects
        guard !dialects.isEmpty else {
            throw HarkError(.invalidOptions, "a server without a dialect understands nobody; name one")
        }
        let names = dialects.map(\.description)
        if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw HarkError(.invalidOptions, "the dialect \(name) is named twice; name it once")
        }
        guard dialects.count > 1 else { return }
        let silent = dialects.filter(\.isSilent).map(\.description)
        guard silent.count < 2 else {
            let text = "clients of \(silent.joined(separator: " and ")) can be silent and are not told apart then"
            throw HarkError(.invalidOptions, "\(text); listen on an address for each")
        }
        guard !dialects.contains(where: \.hasTranscoder) else {
            throw HarkError(
                .invalidOptions, "messages of another transcoder are not recognised; listen on an address of its own")
        }
    }
}

extension Dialect {
    /// Whether its messages may look like anything.
    fileprivate var hasTranscoder: Bool {
        if case .socketIPC(let options) = wire { options.transcoder != nil } else { false }
    }
}

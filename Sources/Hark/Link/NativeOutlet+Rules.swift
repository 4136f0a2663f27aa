internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What holds only where the wire of an older library is spoken.
extension NativeOutlet {
    /// Keeps to what the wire of `dialect` can carry.
    func apply(_ dialect: Dialect) {
        switch dialect.wire {
        case .native, .streamitter: break
        case .uhura: rules = OutletRules(reservesNames: true)
        case .socketIPC(let options):
            rules = OutletRules(argumentCountMax: 1, queuesOffline: options.queuesOffline, tellsEach: true)
        }
    }

    /// Whether the other side would take an event of this name for something else.
    func isReserved(_ name: UnsafeRawBufferPointer) -> Bool {
        rules?.reservesNames == true && UhuraName.isReserved(name)
    }

    /// Whether whatever is emitted now is refused, and its name and arguments are told.
    var isRefusing: Bool {
        guard let rules, rules.tellsEach else { return false }
        return isClosed || (!rules.queuesOffline && isOffline)
    }

    /// Starts an event that `refuse` ends.
    func beginRefused(_ name: [UInt8]) -> EmitResult? {
        name.withUnsafeBytes { NativeOutgoing.beginEvent(named: $0, isVolatile: false, into: &arguments.bytes) }
        return nil
    }

    /// Refuses the event that was written, if it has to be.
    func refuse(_ rules: OutletRules) -> EmitResult? {
        if isRefusing { return refuse(isClosed ? .closed : .notConnected) }
        guard let argumentCountMax = rules.argumentCountMax else { return nil }
        var arguments = ArgumentReader(writtenEvent().arguments)
        for _ in 0..<argumentCountMax where !arguments.isAtEnd {
            guard (try? arguments.skip()) != nil else { return refuse(.notEncodable) }
        }
        return arguments.isAtEnd ? nil : refuse(.tooManyArguments)
    }

    /// Refuses the event that was written, and tells which it was.
    func refuse(_ reason: DropReason) -> EmitResult {
        let (name, encoded) = writtenEvent()
        var arguments = ArgumentReader(encoded)
        var values: [Value] = []
        while !arguments.isAtEnd, let value = try? arguments.readValue() { values.append(value) }
        self.arguments.bytes.abandonFrame()
        count(reason)
        guard let emitter else { return .dropped(reason) }
        let error = HarkError(dropped: reason, name, values)
        EventLoop.enterVerified((emitter, error)) { $0.report($1) }
        return .dropped(reason)
    }

    /// Name and arguments of the event that is written and not ended.
    private func writtenEvent() -> (name: String, arguments: UnsafeRawBufferPointer) {
        var frame = ByteReader(arguments.bytes.frameBytes())
        // Behind the header there is the number of the name, or its length and the name.
        let isNamed = frame.readByte() == NativeKind.namedEvent.rawValue
        guard frame.read(FrameHeader.byteCount - 1) != nil, let number = frame.readLEB128() else {
            return ("", frame.rest)
        }
        guard isNamed else { return (name(number), frame.rest) }
        let name = frame.read(Int(clamping: number)).map { String(decoding: $0, as: UTF8.self) }
        return (name ?? "", frame.rest)
    }

    /// Whether there is nobody to send anything to.
    private var isOffline: Bool { EventLoop.enterVerified(self) { $0.link?.isConnected != true } }

    /// Whether the other side acknowledges what it has processed.
    var isAcknowledged: Bool { EventLoop.enterVerified(self) { $0.link?.isAcknowledging ?? true } }
}

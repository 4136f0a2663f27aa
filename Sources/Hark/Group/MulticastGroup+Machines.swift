internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// The machine of the member's dialect, with what the options say.
extension MulticastGroup {
    /// - Parameter socket: the one that sends.
    /// - Returns: and what encrypts a native group.
    func makeLink(
        _ places: GroupPlaces, over socket: any DatagramSocket
    ) async throws(HarkError) -> (link: GroupLink, cipher: (any RotatingCipher)?) {
        if options.dialect == .eventcast {
            let cipher = try options.encryption?.makeEventcastCipher()
            let machine = EventcastMachine(
                settings: eventcastSettings(places, socket), cipher: cipher, seed: environment.random())
            return (GroupMachineLink(machine, self, hearing: places.sources), nil)
        }
        var cipher = cipher
        if cipher == nil { cipher = try await options.encryption?.makeCipher(group: places.group) }
        let machine = NativeGroupMachine(nativeSettings(places, socket), cipher: cipher, seed: environment.random())
        return (GroupMachineLink(machine, self, hearing: places.sources), cipher)
    }

    private func eventcastSettings(_ places: GroupPlaces, _ socket: any DatagramSocket) -> EventcastSettings {
        var settings = EventcastSettings(
            id: id, host: places.announced.host, port: UInt16(clamping: port ?? 0), hostname: HostName.own)
        // Of several members of one machine only one hears what is sent to the group's port.
        settings.answerAddress = places.announced.with(port: socket.localAddress.port)
        if !options.peers.isEmpty { settings.listeners = places.targets }
        settings.messageTtl = options.messageTtl.milliseconds
        if let byteCount = options.maxPayloadSize { settings.maxPayloadSize = byteCount }
        settings.acceptsPlaintext = options.acceptsPlaintext
        settings.dateOffset = environment.clock.date - Int64(environment.clock.now)
        settings.limits.messageByteCount = options.limits.frameByteCount
        settings.limits.queueByteCount = options.limits.queueByteCount
        settings.limits.assemblyByteCount = options.reliability.reassemblyByteCount
        // A quarter for each source, as by default.
        settings.limits.sourceByteCount = max(options.reliability.reassemblyByteCount / 4, 1)
        return settings
    }

    private func nativeSettings(_ places: GroupPlaces, _ socket: any DatagramSocket) -> NativeGroupSettings {
        var settings = NativeGroupSettings(group: Self.number(of: places.group))
        settings.datagramByteCount = options.maxPayloadSize ?? socket.datagramByteCountMax
        settings.repairByteCount = options.reliability.repairByteCount
        settings.queueByteCount = options.limits.queueByteCount
        settings.messageByteCount = options.limits.frameByteCount
        settings.windowByteCount = options.reliability.reassemblyByteCount
        settings.byteRate = options.reliability.byteRate
        settings.isTagged = options.reliability.isTagged
        settings.isUnicast = !options.peers.isEmpty
        settings.flowControl =
            switch options.reliability.flowControl {
            case .none: .none
            case .slowestTagged: .slowestTagged
            }
        settings.joinPoint =
            switch options.reliability.joinPoint {
            case .live: .live
            case .stored: .stored
            }
        return settings
    }

    /// What members of one group have in common, and others on the same port have not (FNV-1a).
    private static nonisolated func number(of group: DatagramAddress) -> UInt32 {
        var number: UInt32 = 0x811C_9DC5
        for word in [group.high, group.low, UInt64(group.port)] {
            for shift in stride(from: 0, to: 64, by: 8) {
                number = (number ^ UInt32(truncatingIfNeeded: word &>> UInt64(shift) & 0xFF)) &* 0x0100_0193
            }
        }
        return number
    }

    // MARK: Keys

    /// Native: opens with one more key from now on, so that all members can go over to it one by one. It is kept until
    /// `close`, also while the member is stopped.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - number: its number, which travels in the datagrams.
    /// - Throws: `HarkError`: `.notConnected` when the member is stopped, `.unsupported` when it is not encrypted,
    ///   `.duplicate` or `.invalidOptions` for a number that is taken, or what is no key.
    public func addKey(_ key: GroupKey, as number: UInt8) async throws(HarkError) {
        try await keys().add(key, as: number)
    }

    /// Native: encrypts with this key from now on. Add it to all members first.
    ///
    /// - Throws: as `addKey`; `.invalidOptions` when the key was not added.
    public func useKey(_ number: UInt8) throws(HarkError) { try keys().activate(number) }

    /// Native: opens with this key no more. Let all members use another one first.
    ///
    /// - Throws: as `addKey`; `.invalidOptions` when the key is not there, or is in use.
    public func removeKey(_ number: UInt8) throws(HarkError) { try keys().retire(number) }

    private func keys() throws(HarkError) -> any RotatingCipher {
        guard status == .started else { throw HarkError(.notConnected, "the group is stopped; start it first") }
        guard let cipher else {
            throw HarkError(.unsupported, "this group has no keys; set `encryption` before it is started")
        }
        return cipher
    }
}

internal import HarkWire

/// What both sides have agreed on in `start` and `connect`. A client of the first versions says nothing, which is
/// neither.
package struct UhuraSettings: Equatable, Sendable {
    /// Messages are objects.
    package var objectMode: Bool
    /// Each event has an id and is acknowledged. Needs objects.
    package var acknowledgements: Bool

    package init(objectMode: Bool, acknowledgements: Bool) {
        self.objectMode = objectMode
        self.acknowledgements = acknowledgements
    }

    /// Of the versions before 0.1.0.
    package static let legacy = UhuraSettings(objectMode: false, acknowledgements: false)

    /// Whether events carry ids.
    package var hasIdentifiers: Bool { objectMode && acknowledgements }

    /// The first argument of `start` or `connect`; what is not there, or no truth value, is no.
    init(reading arguments: UnsafeRawBufferPointer) {
        self = .legacy
        var reader = ArgumentReader(arguments)
        guard reader.nextKind == .object, let value = try? reader.readValue() else { return }
        objectMode = value["objectMode"] == .bool(true)
        acknowledgements = value["enableAcks"] == .bool(true)
    }

    func write(to output: inout ByteWriter) {
        output.append("{\"objectMode\":")
        output.append(objectMode ? "true" : "false")
        output.append(",\"enableAcks\":")
        output.append(acknowledgements ? "true" : "false")
        output.append("}")
    }
}

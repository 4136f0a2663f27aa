internal import HarkUV

/// Where other threads post what they emit through an emitter. It does not keep the emitter: what is posted for one
/// that is gone concerns nobody.
final class Mailslot: RecordReceiver {
    private weak let emitter: Emitter?

    init(_ emitter: Emitter) { self.emitter = emitter }

    func receive(record: UnsafeRawBufferPointer) { emitter?.outlet.onLoop { $0.receive(record: record) } }
}

internal import HarkUV
public import HarkWire

/// Where an emitter's events go: one connection, or all connections of a server.
///
/// An event is written in three steps, so that its arguments are encoded straight into the memory it is sent from:
/// `begin` writes what comes before them, the caller writes them to `arguments`, `end` finishes the frame.
///
/// Plain state of the loop thread, without an actor: `emit` gets here after one comparison of thread ids and must not
/// pay for more. Who holds it elsewhere holds it in a `LoopBound`.
@usableFromInline
package class Outlet {
    @exclusivity(unchecked) @usableFromInline package final var arguments: ArgumentWriter

    /// Whether the event begun last may be dropped and is never resent.
    @exclusivity(unchecked) package final var isVolatile = false

    /// Whether what is emitted now leaves with this turn's write.
    @exclusivity(unchecked) package final var isWritable = false

    package init(pool: ChunkPool) { arguments = ArgumentWriter(pool: pool) }

    /// Starts an event. Returns nil when its arguments shall be written, otherwise what became of it.
    @usableFromInline
    package func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        name.utf8.withUnsafeBytes { begin($0, isVolatile: isVolatile) }
    }

    /// Starts an event whose name is given as UTF-8. Returns nil when its arguments shall be written.
    @usableFromInline
    package func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? { .noListeners }

    /// Ends the event begun last.
    @usableFromInline
    package func end() -> EmitResult { .noListeners }
}

// MARK: - From other threads

extension Outlet: RecordReceiver {
    package final func receive(record: UnsafeRawBufferPointer) {
        let event = PostedEvent(reading: record)
        let refusal =
            switch event.name {
            case .resolved(let name): begin(name, isVolatile: event.isVolatile)
            case .text(let text): begin(text, isVolatile: event.isVolatile)
            }
        guard refusal == nil else { return }
        arguments.bytes.append(event.arguments)
        _ = end()
    }
}

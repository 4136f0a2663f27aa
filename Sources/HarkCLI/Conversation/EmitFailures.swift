import Hark

/// Errors of an emitter, each told once: what `emit` itself says of an event need not be told by the emitter as well.
@EventLoop
final class EmitFailures {
    /// Tells an error.
    var report: @EventLoop (HarkError) -> Void = { _ in }

    /// What was told while something is emitted; nil otherwise.
    private var held: [HarkError]?

    nonisolated init() {}

    /// The emitter, or a peer of it, tells of an error.
    func add(_ error: HarkError) {
        if held == nil { report(error) } else { held?.append(error) }
    }

    /// Emits something whose result says what became of it.
    ///
    /// - Returns: why nobody will get it, if so.
    func during(_ emit: () -> EmitResult) -> String? {
        held = []
        let result = emit()
        let errors = held ?? []
        held = nil
        if case .dropped(let reason) = result { return reason.sentence }
        // Some peers get it, others do not.
        for error in errors { report(error) }
        return nil
    }

    /// Emits something whose completion says what became of it.
    func told(_ emit: () -> Void) {
        held = []
        emit()
        held = nil
    }
}

internal import HarkProtocol

/// Frames that arrive in parts.
extension NativeLink: FrameReceiver {
    /// The first part of a frame is here: the rest has to follow.
    func watchFrame() {
        guard options.timing.frame > .zero else { return }
        let watch = frameWatch ?? FrameWatch(self, environment.clock, allowance: options.timing.frame.milliseconds)
        frameWatch = watch
        watch.began()
    }

    /// The rest has not followed in time.
    func frameIsLate() {
        let text = "a frame took longer than \(options.timing.frame) to arrive"
        machine.close(.frameTimeout, text: text, control: &control)
        end(HarkError(.timeout, text))
    }
}

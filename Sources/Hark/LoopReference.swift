internal import HarkUV

/// Keeps an emitter in memory while it is open, and `EventLoop.run` from returning unless told otherwise.
@EventLoop
struct LoopReference {
    /// Whether `EventLoop.run` waits for the emitter. What is said lasts, however often it opens and closes.
    private(set) var isReferenced = true
    private var isHeld = false

    /// The emitter is open from now on.
    mutating func hold(_ emitter: Emitter) {
        isHeld = true
        EventLoop.retain(emitter, isReferenced: isReferenced)
    }

    /// The emitter is closed, or not open yet.
    mutating func release(_ emitter: Emitter) {
        guard isHeld else { return }
        isHeld = false
        EventLoop.release(emitter)
    }

    mutating func set(isReferenced: Bool, of emitter: Emitter) {
        self.isReferenced = isReferenced
        if isHeld { EventLoop.retain(emitter, isReferenced: isReferenced) }
    }
}

extension Client {
    /// Whether `EventLoop.run` waits until the client is closed: yes, unless `unref()` was called.
    public var hasRef: Bool { loopReference.isReferenced }

    /// Lets `EventLoop.run` wait for the client again.
    ///
    /// - Returns: the client, for the call that follows.
    @discardableResult
    public func ref() -> Self {
        loopReference.set(isReferenced: true, of: self)
        return self
    }

    /// Lets `EventLoop.run` return although the client is open. It works on as long as the loop runs. Lasts over all
    /// connections until `ref()` is called; may be called before the first.
    ///
    /// - Returns: the client, for the call that follows.
    @discardableResult
    public func unref() -> Self {
        loopReference.set(isReferenced: false, of: self)
        return self
    }
}

extension Server {
    /// Whether `EventLoop.run` waits until the server is closed: yes, unless `unref()` was called.
    public var hasRef: Bool { loopReference.isReferenced }

    /// Lets `EventLoop.run` wait for the server again.
    ///
    /// - Returns: the server, for the call that follows.
    @discardableResult
    public func ref() -> Self {
        loopReference.set(isReferenced: true, of: self)
        return self
    }

    /// Lets `EventLoop.run` return although the server listens or has peers. It works on as long as the loop runs.
    /// Lasts until `ref()` is called; may be called before listening.
    ///
    /// - Returns: the server, for the call that follows.
    @discardableResult
    public func unref() -> Self {
        loopReference.set(isReferenced: false, of: self)
        return self
    }
}

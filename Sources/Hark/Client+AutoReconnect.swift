extension Client {
    /// From now on connects again whenever the connection is lost, as set in `Options.reconnection`; and now, if it was
    /// lost before. For dialects whose clients do not by themselves.
    public func autoReconnect() {
        guard !isClosed else { return }
        redialer.reconnects = true
        if link.gaveUp != nil { connect() }
    }
}

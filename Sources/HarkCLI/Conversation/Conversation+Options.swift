extension Conversation.Options {
    init(_ output: OutputOptions, _ ending: EndOptions) {
        self.init(
            format: output.format, count: ending.count, timeout: ending.timeout.map { .seconds($0) },
            endsWithInput: ending.endWithInput)
    }
}

extension Conversation {
    /// The contract, for `--help`.
    static nonisolated let help = """
        OUTPUT, one object per line when piped or with --json:
          {"type":"listening","url":U}                          per address, its port the one really bound
          {"type":"connect","peer":ID}                          ready; "peer" only in listen
          {"type":"reconnect"}                                  after connect, when connected again
          {"type":"event","name":N,"args":[…],"from":ID}        "from" only in listen
          {"type":"request","id":R,"name":N,"args":[…],"from":ID}
          {"type":"disconnect","peer":ID,"message":M}
          {"type":"error","message":M}

        INPUT, one object per line:
          {"emit":N,"args":[…],"to":ID}                         without "to", listen emits to all
          {"reply":R,"args":[RESULT]} or {"reply":R,"error":M}
          {"close":true}                                        end, after everything before is sent
        Bytes are {"$bytes":BASE64}. The end of the input does not end the command; Ctrl-C and SIGTERM do, in order the
        first time, at once the second.
        """
}

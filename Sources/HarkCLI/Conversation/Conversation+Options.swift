extension Conversation.Options {
    init(_ output: OutputOptions, _ lines: LineOptions, _ ending: EndOptions) {
        self.init(
            format: output.format, shape: lines.shape, count: ending.count,
            timeout: ending.timeout.map { .seconds($0) }, idle: ending.idle.map { .seconds($0) },
            endsWithInput: ending.endWithInput)
    }
}

extension Conversation {
    /// The contract, for `--help`.
    static nonisolated let help = """
        OUTPUT, one object per line when piped or with --json:
          {"type":"listening","url":URL}
              Once per address, with the port really bound.
          {"type":"connect","peer":ID}
              Events can be sent and received; "peer" only in listen.
          {"type":"reconnect"}
              After the connect of a connection made again.
          {"type":"event","name":NAME,"args":[…],"from":ID}
              "from" only in listen.
          {"type":"request","id":R,"name":NAME,"args":[…],"from":ID}
              Somebody waits for a reply.
          {"type":"disconnect","peer":ID,"message":TEXT}
          {"type":"error","message":TEXT}
        With --timestamp or --since-start each has "time" as well.

        INPUT, one object per line:
          {"emit":NAME,"args":[…],"to":ID}
              Without "to", listen emits to all who are connected.
          {"reply":R,"args":[RESULT]} or {"reply":R,"error":TEXT}
          {"close":true}
              Ends, after everything before it was sent.

        Bytes are {"$bytes":BASE64}. The end of the input does not end the command.
        Ctrl-C and SIGTERM do: in order the first time, at once the second time.
        """
}

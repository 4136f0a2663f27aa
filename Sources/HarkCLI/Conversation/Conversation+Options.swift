extension Conversation.Options {
    init(
        _ output: OutputOptions, _ lines: LineOptions, _ ending: EndOptions, _ progress: ProgressOptions,
        _ deadline: DeadlineOptions? = nil
    ) {
        self.init(
            format: output.format, shape: lines.shape, count: ending.count,
            timeout: deadline?.timeout.map { .seconds($0) }, idle: ending.idle.map { .seconds($0) },
            endsWithInput: ending.endWithInput, progress: progress.progress)
    }
}

extension Conversation {
    /// The contract, for `--help`.
    static nonisolated let help = """
        OUTPUT, one object per line when piped or with --json:
          {"type":"listening","url":URL}
              Once per address, with the port really bound.
          {"type":"connect","peer":ID}
              Events can be sent and received; "peer" only in listen. For uhura
              it is the id of the session, for socket-ipc a UUID.
          {"type":"reconnect"}
              After the connect of a connection made again.
          {"type":"event","name":NAME,"args":[…],"from":ID}
              "from" only in listen.
          {"type":"set","values":{KEY:VALUE},"from":ID}
              The other side has changed shared data, all of one message; null for a
              key that is gone.
          {"type":"request","id":R,"name":NAME,"args":[…],"from":ID}
              Somebody waits for a reply.
          {"type":"disconnect","peer":ID,"message":TEXT}
          {"type":"error","message":TEXT}
          {"type":"ack","name":NAME}
              The event was processed at the other side, if "ack" was asked for.
          {"type":"end","sent":N,"acknowledged":N,"written":N,"dropped":{REASON:N},
           "unknown":N}
              What has become of all events emitted, at the end. "written", if any:
              handed over where the wire has no acknowledgements.
        With --timestamp or --since-start each has "time" as well.

        INPUT, one object per line:
          {"emit":NAME,"args":[…],"to":ID}
              Without "to", listen emits to all who are connected. "ack":true is
              answered when the event was processed.
          {"set":{KEY:VALUE},"to":ID} or {"get":KEY,"to":ID}
              Shared data; null removes a key. "to" only in listen.
          {"reply":R,"args":[RESULT]} or {"reply":R,"error":TEXT}
          {"reconnect":true}
              Drops the connection and makes another one at once; only in connect.
          {"close":true}
              Ends, after everything before it was sent.

        DIALECTS:
          uhura        Shared data, where null is a value; "ack", but no requests.
          streamitter  Events alone. What one emits oneself is not told.
          socket-ipc   Events with one argument or none. Without a connection, or
                       with more arguments, an "emit" is an "error".
        What a wire does not have is answered by an "error" with the reason.
        --end-with-input ends when all is handed over where nobody acknowledges.

        Bytes are {"$bytes":BASE64}. The end of the input does not end the command.
        Ctrl-C and SIGTERM do: in order the first time, for up to 30 s, and at once
        the second time. With --raw or on a terminal, lines about connections go to
        standard error, as does, always, how connecting again goes.
        """

    /// The same for groups.
    static nonisolated let castHelp = """
        OUTPUT, one object per line when piped or with --json:
          {"type":"listening","url":URL}
              With the port that the other members need.
          {"type":"event","name":NAME,"args":[…],"from":ID}
          {"type":"error","message":TEXT}
              Also how many events were not shown, where more than 16 MiB of lines
              wait for whoever reads them.
          {"type":"end","sent":N,"acknowledged":0,"written":N,"dropped":{REASON:N},
           "unknown":N}
              What has become of all events emitted, at the end: "written" were
              handed to the network.
        With --timestamp or --since-start each has "time" as well.

        INPUT, one object per line:
          {"emit":NAME,"args":[…]}
          {"close":true}
              Ends, after everything before it was sent.

        Bytes are {"$bytes":BASE64}. The end of the input does not end the command.
        Ctrl-C and SIGTERM do: in order the first time, for up to 30 s, and at once
        the second time. Who comes and goes is told on standard error.
        """

    /// The same for nodes.
    static nonisolated let nodeHelp = """
        OUTPUT, one object per line when piped or with --json:
          {"type":"listening","url":URL}
              Once per --listen, with the port really bound, ahead of all others.
          {"type":"event","name":NAME,"args":[…],"from":ID}
              "from" is the id of the node that has emitted it, however far away; in
              the verbose dialect that of the neighbour from which it has come.
          {"type":"connect","peer":ID}
              Events pass between this node and the node of this id.
          {"type":"reconnect"}
              After the connect of a connection made again, where it was made.
          {"type":"disconnect","peer":ID,"message":TEXT}
          {"type":"error","message":TEXT}
              Also each attempt to connect that has failed, what was lost, and how
              many events were not shown, where more than 16 MiB of lines wait for
              whoever reads them.
          {"type":"end","sent":N,"acknowledged":0,"written":N,"dropped":{REASON:N},
           "unknown":N}
              What has become of all events emitted, at the end.
        With --timestamp or --since-start each has "time" as well.

        INPUT, one object per line:
          {"emit":NAME,"args":[…]}
              Reaches all nodes that are known to listen. Until the first --connect
              has succeeded it waits.
          {"close":true}
              Ends, after everything before it was sent.

        Bytes are {"$bytes":BASE64}. The end of the input does not end the command.
        Ctrl-C and SIGTERM do: in order the first time, for up to 30 s, and at once
        the second time. With --raw or on a terminal, lines about connections go to
        standard error, as does, always, how connecting again goes.
        """
}

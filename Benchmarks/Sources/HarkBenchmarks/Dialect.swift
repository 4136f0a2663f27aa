internal import ArgumentParser

/// The wire that both ends speak.
enum Dialect: String, ExpressibleByArgument {
    case native, streamitter, uhura
    case socketIPC = "socket-ipc"

    /// Those of the libraries for Node that Hark can stand in for, with what carries them here.
    static let older: [(dialect: Dialect, transport: Transport)] = [
        (.streamitter, .tcp), (.uhura, .tcp), (.socketIPC, .unix),
    ]
}

internal import ArgumentParser

/// What carries the messages. Both stay on this machine.
enum Transport: String, ExpressibleByArgument {
    case tcp, unix
}

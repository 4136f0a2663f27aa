internal import HarkProtocol

/// What a client needs to continue its session.
final class SessionTicket {
    let id: NativeIdentifier
    let token: NativeIdentifier

    init(_ grant: NativeSessionGrant) {
        id = grant.id
        token = grant.token
    }
}

/// What a JSON value is, as its first byte tells.
package enum JSONKind: Hashable, Sendable {
    case null, bool, number, string, array, object
}

/// The way to a delegate, for options, which are values: it does not keep it.
package final class VerboseDelegateReference: Sendable {
    @EventLoop package weak var delegate: (any VerboseGatewayDelegate)?

    /// - Parameter delegate: who is told; nil for somebody who is there later.
    @EventLoop
    package init(_ delegate: (any VerboseGatewayDelegate)?) { self.delegate = delegate }
}

extension VerboseDelegateReference: Hashable {
    package static func == (one: VerboseDelegateReference, other: VerboseDelegateReference) -> Bool { one === other }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// What a machine asks of whoever runs it.
package enum GroupEffect {
    /// An event for the listeners.
    case event(GroupEvent)
    /// A member is heard for the first time, or again after it was given up.
    case joined(GroupMember)
    /// A member has said goodbye, or was silent for too long.
    case left(GroupMember)
    /// Events of a member were lost for good.
    case lost(GroupLoss)
    /// A receiver holds the others up, or does so no more.
    case congestion(GroupCongestion)
    /// Something was refused that somebody should know of. The machine tells each kind once a minute and source.
    case refused(GroupRefusal)
}

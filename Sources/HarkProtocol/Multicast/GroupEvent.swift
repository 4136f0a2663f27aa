/// An event out of a group.
package struct GroupEvent {
    /// UTF-8.
    package let name: UnsafeRawBufferPointer
    /// A CBOR sequence.
    package let arguments: UnsafeRawBufferPointer
    /// Who has sent it. The same object for all events of a member, as long as nothing about it changes.
    package let member: GroupMember

    package init(name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer, member: GroupMember) {
        self.name = name
        self.arguments = arguments
        self.member = member
    }
}

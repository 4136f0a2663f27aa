internal import HarkUV
internal import HarkWire

/// The listeners of one emitter, by event name, in the order of registration.
@EventLoop
@usableFromInline
final class ListenerTable {
    private var index = NameTable()
    private var slots: [ListenerSlot] = []
    /// Listeners of all events.
    let any = ListenerSlot()
    private var nextID = 0

    /// Changes whenever a listener comes or goes anywhere, so that connections know when what they have looked up is
    /// old. One for all tables: it is compared once per event.
    let version = ListenerVersion.shared

    nonisolated init() {}

    /// The listeners of `name`; nil when it never had any.
    func slot(of name: UnsafeRawBufferPointer) -> ListenerSlot? {
        index.number(of: name).map { slots[$0] }
    }

    /// Adds a listener for `name`, or for all events when it is nil.
    func add(_ name: String?, isOnce: Bool, bytes: BytesHandler? = nil, _ handler: @escaping Handler) -> ListenerID {
        version.value &+= 1
        nextID += 1
        let slot = name.map(makeSlot) ?? any
        let id = ListenerID(slot: slot, id: nextID)
        slot.listeners.append(
            Listener(id: nextID, handler: isOnce ? once(id, handler) : handler, bytes: isOnce ? nil : bytes))
        return id
    }

    func remove(_ listener: ListenerID) {
        version.value &+= 1
        listener.slot.listeners.removeAll { $0.id == listener.id }
    }

    /// Removes the listeners of `name`, or all.
    func removeAll(_ name: String? = nil) {
        version.value &+= 1
        if let name {
            makeSlot(name).listeners.removeAll()
        } else {
            for slot in slots { slot.listeners.removeAll() }
            any.listeners.removeAll()
        }
    }

    /// Appends the listeners of `name`, in order, and those of all events.
    func collect(_ name: UnsafeRawBufferPointer, into listeners: inout ContiguousArray<Listener>) {
        for slot in [slot(of: name), any] {
            if let slot { listeners.append(contentsOf: slot.listeners) }
        }
    }

    private func once(_ id: ListenerID, _ handler: @escaping Handler) -> Handler {
        var isDone = false
        return { [weak self] arguments in
            guard !isDone else { return }
            isDone = true
            self?.remove(id)
            try handler(arguments)
        }
    }

    private func makeSlot(_ name: String) -> ListenerSlot {
        var name = name
        return name.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            if let number = index.number(of: bytes) { return slots[number] }
            let slot = ListenerSlot()
            slots.append(slot)
            _ = index.add(bytes)
            return slot
        }
    }
}

/// The memory of one libuv request. It must stay alive until the request's callback has run.
final class UVRequest<Structure> {
    let pointer = UnsafeMutablePointer<Structure>.allocate(capacity: 1)

    deinit { pointer.deallocate() }
}

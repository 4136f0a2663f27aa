internal import CLibUV

/// A libuv request: its memory, which must stay alive until its callback has run, and the object it belongs to.
final class UVRequest<Structure> {
    let pointer = UnsafeMutablePointer<Structure>.allocate(capacity: 1)

    deinit { pointer.deallocate() }

    /// The request by the structure that all of them begin with.
    static func base(of pointer: UnsafeMutablePointer<Structure>) -> UnsafeMutablePointer<uv_req_t> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: uv_req_t.self)
    }

    /// Retains `owner` until `release` is called: by the callback, or when libuv has refused the request.
    func retain(_ owner: AnyObject) {
        Self.base(of: pointer).pointee.data = Unmanaged.passRetained(owner).toOpaque()
    }

    /// The owner, which the request keeps alive no longer.
    static func release<Owner: AnyObject>(
        _ pointer: UnsafeMutablePointer<Structure>, _: Owner.Type = Owner.self
    ) -> Owner {
        guard let data = base(of: pointer).pointee.data else {
            preconditionFailure("a libuv request without its owner")
        }
        return unsafeDowncast(Unmanaged<AnyObject>.fromOpaque(data).takeRetainedValue(), to: Owner.self)
    }
}

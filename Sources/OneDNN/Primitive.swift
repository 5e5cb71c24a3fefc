import BulwarkModels
import COneDNN

/// The part a tensor plays in a primitive.
///
/// In the primitives that go backwards `destination` is the gradient that comes in.
enum Role: Int32, Sendable, CaseIterable {
    case source, weights, bias, destination, scratch
}

/// One compiled oneDNN operation; used by one thread at a time.
final class Primitive {
    private let handle: OpaquePointer
    private var layouts: [Layout?]

    /// What `create` makes, or nil if oneDNN has no implementation for it.
    ///
    /// - Parameter create: Calls one of the shim's functions with the place for the result.
    /// - Throws: `BackendError.library` with oneDNN's status.
    init?(_ create: (_ result: inout OpaquePointer?) -> onednn_status) throws {
        var result: OpaquePointer?
        let status = create(&result)
        if onednn_status_is_unsupported(status) { return nil }
        handle = try OneDNNStatus.check(status, result)
        layouts = Role.allCases.map { [handle] role in
            onednn_primitive_layout(handle, role.rawValue).map(Layout.init)
        }
    }

    deinit { onednn_primitive_destroy(handle) }

    /// How the tensor that plays a part lies in memory; nil if there is none.
    func layout(_ role: Role) -> Layout? { layouts[Int(role.rawValue)] }

    /// The name of oneDNN's implementation, as in `jit:avx512_core`.
    var implementation: String { String(cString: onednn_primitive_implementation(handle)) }

    /// Says where the tensor that plays a part is from now on.
    func bind(_ role: Role, _ address: UnsafeMutableRawPointer) throws {
        try OneDNNStatus.check(onednn_primitive_bind(handle, role.rawValue, address))
    }

    /// Computes; every part has been bound.
    func run() throws { try OneDNNStatus.check(onednn_primitive_run(handle)) }
}

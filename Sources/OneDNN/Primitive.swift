import BulwarkModels
import BulwarkTensors
import COneDNN

/// The part a tensor plays in a primitive.
///
/// In the primitives that go backwards the same names stand for the gradients, `destination` for the one that
/// comes in.
enum Role: Int, Sendable {
    case source, weights, bias, destination

    static let count = onednn_role_count
}

/// One compiled oneDNN operation with its memory; used by one thread at a time.
final class Primitive {
    private let handle: OpaquePointer
    private let reusesWeights: Bool
    /// The forward primitive whose memory this one reads, kept alive.
    private let forward: Primitive?
    /// The weights that the primitive holds in its own layout.
    ///
    /// Keeping them keeps their memory from being reused, so that the same memory means the same elements.
    private var weights: Tensor?

    /// What `create` makes, or nil if oneDNN has no implementation for it.
    ///
    /// - Parameters:
    ///   - reusesWeights: Whether the weights are likely to be the same tensor in many runs.
    ///   - forward: A primitive that this one needs for as long as it lives.
    ///   - create: Calls one of the shim's functions with the place for the result.
    /// - Throws: `BackendError.library` with oneDNN's status.
    init?(
        reusesWeights: Bool = true,
        after forward: Primitive? = nil,
        create: (_ forward: OpaquePointer?, _ result: inout OpaquePointer?) -> onednn_status
    ) throws {
        var result: OpaquePointer?
        let status = create(forward?.handle, &result)
        if onednn_status_is_unsupported(status) { return nil }
        try Self.check(status)
        guard let result else { throw BackendError.library("oneDNN made no primitive and gave no reason") }
        handle = result
        self.reusesWeights = reusesWeights
        self.forward = forward
    }

    deinit { onednn_destroy(handle) }

    /// Runs the primitive and returns what it writes, one tensor for each of `outputs`.
    ///
    /// - Throws: `BackendError.library` with oneDNN's status.
    func run(
        reading inputs: KeyValuePairs<Role, Tensor>,
        writing outputs: KeyValuePairs<Role, Shape>
    ) throws -> [Tensor] {
        let given = inputs.first { $0.key == .weights }?.value
        let changed =
            if let given, let weights { !given.sharesStorage(with: weights) } else { true }
        // Until the call has succeeded, nobody knows what the primitive holds.
        weights = nil
        var results: [Tensor] = []
        var buffers = [UnsafeMutablePointer<Float>?](repeating: nil, count: Role.count)
        try bind(inputs[...], outputs[...], &buffers, weightsChanged: changed, &results)
        if reusesWeights { weights = given }
        return results.reversed()
    }

    /// Puts the address of one tensor after the other into `buffers`, and runs when all are there.
    private func bind(
        _ inputs: KeyValuePairs<Role, Tensor>.SubSequence,
        _ outputs: KeyValuePairs<Role, Shape>.SubSequence,
        _ buffers: inout [UnsafeMutablePointer<Float>?],
        weightsChanged: Bool,
        _ results: inout [Tensor]
    ) throws {
        if let (role, tensor) = inputs.first {
            try tensor.withUnsafePointer { address in
                // The shim takes one type of address for everything, and does not write to what it reads.
                buffers[role.rawValue] = UnsafeMutablePointer(mutating: address)
                try bind(inputs.dropFirst(), outputs, &buffers, weightsChanged: weightsChanged, &results)
            }
        } else if let (role, shape) = outputs.first {
            let result = try Tensor.writing(shape) { address in
                buffers[role.rawValue] = address
                try bind(inputs, outputs.dropFirst(), &buffers, weightsChanged: weightsChanged, &results)
            }
            results.append(result)
        } else {
            try Self.check(onednn_execute(handle, buffers, weightsChanged))
        }
    }

    private static func check(_ status: onednn_status) throws {
        guard Int(status) != onednn_success else { return }
        let name = onednn_status_name(status).map { String(cString: $0) } ?? "status \(status)"
        throw BackendError.library("oneDNN: \(name)")
    }
}

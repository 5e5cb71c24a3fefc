import BulwarkModels
import BulwarkTensors
import COneDNN

/// The extents of a stack of matrix products `[rows, inner] · [inner, columns]`, none of which broadcasts.
struct Factors {
    var stack: Int
    var rows: Int
    var inner: Int
    var columns: Int
    /// Whether the left factor is stored as `[inner, rows]`.
    var isLeftTransposed = false
    /// Whether the right factor is stored as `[columns, inner]`.
    var isRightTransposed = false

    /// The factors of a `MatMul`, or nil if a factor is used several times and not simply with all rows of
    /// the other.
    init?(matMul left: Shape, _ right: Shape) {
        guard Limits.allow([left, right]), let inner = left.dimensions.last else { return nil }
        self.inner = inner
        columns = right.rank == 1 ? 1 : right[right.rank - 1]
        if right.count == inner * columns {
            // One right factor serves all rows of all left ones: that is a single product.
            stack = 1
            rows = left.count / inner
        } else {
            guard left.rank == right.rank, left.dimensions.dropLast(2) == right.dimensions.dropLast(2) else {
                return nil
            }
            stack = left.dimensions.dropLast(2).reduce(1, *)
            rows = left[left.rank - 2]
        }
        guard isModest else { return nil }
    }

    /// The factors of a `Gemm`, or nil if it scales.
    init?(gemm: Gemm, _ left: Shape, _ right: Shape, hasBias: Bool) {
        guard gemm.alpha == 1, gemm.beta == 1 || !hasBias, Limits.allow([left, right]) else { return nil }
        stack = 1
        (rows, inner) = gemm.transposesLeft ? (left[1], left[0]) : (left[0], left[1])
        columns = gemm.transposesRight ? right[0] : right[1]
        isLeftTransposed = gemm.transposesLeft
        isRightTransposed = gemm.transposesRight
        guard isModest else { return nil }
    }

    private var isModest: Bool { Limits.allow([Shape(trusted: [stack, rows, columns])]) }

    /// In the shim's terms.
    func description(isRightConstant: Bool, hasBias: Bool) -> onednn_product {
        onednn_product(
            batch: Int64(stack),
            rows: Int64(rows),
            inner: Int64(inner),
            columns: Int64(columns),
            source_is_transposed: isLeftTransposed,
            weights_are_constant: isRightConstant,
            weights_are_transposed: isRightTransposed,
            has_bias: hasBias
        )
    }
}

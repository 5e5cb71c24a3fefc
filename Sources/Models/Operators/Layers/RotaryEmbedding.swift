import BulwarkTensors

/// Queries or keys turned by angles that grow with their positions (ONNX `RotaryEmbedding`), as a
/// composition.
///
/// Su et al., "RoFormer: enhanced transformer with rotary position embedding" (arXiv 2104.09864).
enum RotaryEmbedding {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        // [N, heads, length, size], or [N, length, heads, size] if heads are not apart.
        let apart: [Dimension]
        if shape.rank == 3 {
            guard let heads = try node.int("num_heads"), heads > 0,
                let size = shape[2].divided(by: Dimension(constant: heads))
            else { throw node.error("attribute num_heads does not divide values of shape \(shape)") }
            apart = [shape[0], shape[1], Dimension(constant: heads), size]
        } else {
            apart = shape.dimensions
        }
        guard apart.count == 4, let size = apart[3].fixed else {
            throw node.error("its input does not have three or four axes, the last of fixed extent")
        }
        let written = try node.int("rotary_embedding_dim") ?? 0
        let turned = written == 0 ? size : written
        guard turned > 0, turned <= size, turned % 2 == 0 else {
            throw node.error("attribute rotary_embedding_dim is not even and at most \(size)")
        }
        let headAxis = shape.rank == 3 ? 2 : 1
        let cosine = try angles(1, headAxis, turned / 2, "cosine", node, into: &lowering)
        let sine = try angles(2, headAxis, turned / 2, "sine", node, into: &lowering)
        let values = try lowering.reshape(input, to: apart, as: "apart", of: node)
        let own = try lowering.part(values, axis: 3, 0..<turned, as: "own", of: node)
        let interleaves = try node.int("interleaved") ?? 0 != 0
        func half(_ number: Int, _ lowering: inout ONNXLowering) throws -> ImportedValue {
            let start = interleaves ? number : number * (turned / 2)
            let part = Slice.Part(axis: 3, start: start, count: turned / 2, step: interleaves ? 2 : 1)
            return try lowering.apply(Slice([part]), own, as: "half\(number)", of: node)
        }
        let (first, second) = (try half(0, &lowering), try half(1, &lowering))
        func product(
            _ left: ImportedValue,
            _ right: ImportedValue,
            _ name: String,
            _ lowering: inout ONNXLowering
        )
            throws -> ImportedValue
        { try lowering.apply(Mul(), left, right, as: name, of: node) }
        let real = try lowering.apply(
            Sub(),
            product(cosine, first, "cosine_first", &lowering),
            product(sine, second, "sine_second", &lowering),
            as: "real",
            of: node
        )
        let imaginary = try lowering.apply(
            Add(),
            product(sine, first, "sine_first", &lowering),
            product(cosine, second, "cosine_second", &lowering),
            as: "imaginary",
            of: node
        )
        var result: ImportedValue
        if interleaves {
            let column = Array(apart[..<3]) + [Dimension(constant: turned / 2), 1]
            let pairs = [
                try lowering.reshape(real, to: column, as: "real_column", of: node),
                try lowering.reshape(imaginary, to: column, as: "imaginary_column", of: node),
            ]
            let joined = try lowering.join(pairs, axis: 4, as: "pairs", of: node)
            let target = Array(apart[..<3]) + [Dimension(constant: turned)]
            result = try lowering.reshape(joined, to: target, as: "turned", of: node)
        } else {
            result = try lowering.join([real, imaginary], axis: 3, as: "turned", of: node)
        }
        if turned < size {
            let rest = try lowering.part(values, axis: 3, turned..<size, as: "rest", of: node)
            result = try lowering.join([result, rest], axis: 3, as: "whole", of: node)
        }
        return [try lowering.reshape(result, to: shape.dimensions, of: node)]
    }

    /// The cosines or sines for each sample and position, with an axis for the heads.
    private static func angles(
        _ index: Int,
        _ headAxis: Int,
        _ count: Int,
        _ name: String,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        var angles = try node.input(index)
        if let positions = node.optionalInput(3) {
            guard lowering.shape(of: angles).rank == 2, lowering.shape(of: positions).rank == 2 else {
                throw node.error("with positions its angles are a table of two axes")
            }
            angles = try lowering.apply(RuntimeGather(), angles, positions, as: name, of: node)
        }
        let shape = lowering.shape(of: angles)
        guard shape.rank == 3, shape[2].fixed == count else {
            throw node.error("its angles are not [N, length, \(count)], but \(shape)")
        }
        var target = shape.dimensions
        target.insert(1, at: headAxis)
        return try lowering.reshape(angles, to: target, as: "\(name)_column", of: node)
    }
}

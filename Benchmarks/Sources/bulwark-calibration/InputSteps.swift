import BulwarkModels
import BulwarkTensors
import Foundation

// Defenses that quantise the input. What they do is written as a graph, which has no gradient; what an adversary
// puts in its place, as the same graph with something smooth instead of the steps.

extension Layers {
    /// Fewer levels for each pixel: the bit depth of Xu, Evans and Qi, "Feature squeezing" (NDSS 2018),
    /// section III-A.
    mutating func reducingBitDepth(_ value: ValueID, bits: Int) throws -> ValueID {
        let highest = Float(1 << bits - 1)
        let levels = try builder.apply(Round(), to: [times(value, highest)])
        return try times(levels, 1 / highest)
    }

    /// One channel for each of some thresholds that says whether the pixel lies above it.
    ///
    /// Buckman, Roy, Raffel and Goodfellow, "Thermometer encoding: one hot way to resist adversarial examples"
    /// (ICLR 2018), section 3. With `isSoft`, each step is a ramp as wide as the distance of two thresholds:
    /// the approximation of Athalye, Carlini and Wagner (ICML 2018), section 5.1.1.
    mutating func thermometer(_ value: ValueID, levels: Int, isSoft: Bool) throws -> ValueID {
        let thresholds = Tensor([levels, 1, 1], generating: { Float($0) / Float(levels) })
        let limits = try constant("thresholds", thresholds)
        if !isSoft { return try builder.apply(Comparison(.greater), to: [value, limits]) }
        let above = try builder.apply(Sub(), to: [value, limits])
        return try builder.apply(Clip(lower: 0, upper: 1), to: [plus(times(above, Float(levels)), 0.5)])
    }

    /// The coefficients of the cosine transform of each square block, rounded as JPEG does: to multiples that
    /// grow with the frequency.
    ///
    /// Guo, Rana, Cissé and van der Maaten, "Countering adversarial images using input transformations" (ICLR
    /// 2018), section 4. Colour and entropy coding, which change nothing here, are left out.
    /// The side of a block divides those of the images; the step is that of the lowest frequency, in units
    /// of the box.
    mutating func compressing(_ value: ValueID, block: Int, step: Float) throws -> ValueID {
        let shape = builder.shape(of: value)
        let (height, width) = (shape[2].constant, shape[3].constant)
        let rows = try constant("rows", Self.cosines(height, block: block))
        let rowsBack = try constant("rowsBack", Self.cosines(height, block: block).transposed)
        let columns = try constant("columns", Self.cosines(width, block: block))
        let columnsBack = try constant("columnsBack", Self.cosines(width, block: block).transposed)
        let steps = Tensor(
            [height, width],
            generating: { step * (1 + Float($0 / width % block + $0 % width % block)) }
        )
        var result = try builder.apply(MatMul(), to: [rows, value])
        result = try builder.apply(MatMul(), to: [result, columnsBack])
        result = try builder.apply(Mul(), to: [result, constant("inverse", steps.map { 1 / $0 })])
        result = try builder.apply(
            Mul(),
            to: [builder.apply(Round(), to: [result]), constant("steps", steps)]
        )
        result = try builder.apply(MatMul(), to: [rowsBack, result])
        result = try builder.apply(MatMul(), to: [result, columns])
        return try builder.apply(Clip(lower: 0, upper: 1), to: [result])
    }

    /// The orthonormal discrete cosine transform (DCT-II) of each run of `block` elements.
    private static func cosines(_ size: Int, block: Int) -> Tensor {
        Tensor([size, size]) { matrix in
            for row in 0..<size {
                for column in 0..<size where row / block == column / block {
                    let (frequency, place) = (Double(row % block), Double(column % block) + 0.5)
                    let scale = (frequency == 0 ? 1 : 2) / Double(block)
                    let angle = Double.pi * frequency * place / Double(block)
                    matrix[row * size + column] = Float(scale.squareRoot() * cos(angle))
                }
            }
        }
    }
}

extension Tensor {
    /// A matrix with rows and columns exchanged.
    fileprivate var transposed: Tensor {
        let (rows, columns) = (shape[0], shape[1])
        return Tensor([columns, rows], generating: { self[$0 % rows * columns + $0 / rows] })
    }
}

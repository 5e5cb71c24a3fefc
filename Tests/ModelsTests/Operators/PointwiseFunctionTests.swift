import BulwarkModels
import BulwarkTensors
import Testing

/// Functions of single elements against numbers of PyTorch 2 in double precision: values, and the gradients
/// of their sum.
struct PointwiseFunctionTests {
    struct Row: Sendable, CustomStringConvertible {
        let operation: any Operator
        let points: [Float]
        let values: [Float]
        let slopes: [Float]

        init(
            _ operation: any Operator,
            at points: [Float] = [-4, -1.5, -0.25, 0, 0.5, 2, 5],
            _ values: [Float],
            _ slopes: [Float]
        ) {
            self.operation = operation
            self.points = points
            self.values = values
            self.slopes = slopes
        }

        var description: String { "\(operation)" }
    }

    static let rows: [Row] = [
        Row(
            Gelu(),
            [-0.000_126_684_97, -0.100_210_8, -0.100_323_42, 0, 0.345_731_23, 1.954_499_7, 4.999_998_6],
            [-0.000_503_649_66, -0.127_469_19, 0.304_626_65, 0.5, 0.867_495_12, 1.085_231_8, 1.000_007_1]
        ),
        Row(
            Gelu(isApproximate: true),
            [-7.024_594_8e-05, -0.100_428_42, -0.100_324_65, 0, 0.345_714_01, 1.954_597_7, 4.999_999_8],
            [-0.000_335_123_2, -0.127_710_79, 0.304_645_9, 0.5, 0.867_369_9, 1.086_099_3, 1.000_001_5]
        ),
        Row(
            HardSwish(),
            at: [-4, -3, -0.25, 0, 0.5, 3, 5],
            [0, 0, -0.114_583_33, 0, 0.291_666_67, 3, 5],
            [0, 0, 0.416_666_67, 0.5, 0.666_666_67, 1, 1]
        ),
        Row(HardSigmoid(alpha: 1.0 / 6), at: [-4, -3, 0, 3], [0, 0, 0.5, 1], [0, 0, 1.0 / 6, 0]),
        Row(
            Elu(alpha: 0.5),
            [-0.490_842_18, -0.388_434_92, -0.110_599_61, 0, 0.5, 2, 5],
            [0.009_157_819_4, 0.111_565_08, 0.389_400_39, 0.5, 1, 1, 1]
        ),
        Row(
            Selu(),
            [-1.725_898_6, -1.365_814_4, -0.388_890_2, 0, 0.525_350_49, 2.101_402, 5.253_504_9],
            [0.032_200_713, 0.392_284_99, 1.369_209_1, 1.758_099_3, 1.050_701, 1.050_701, 1.050_701]
        ),
        Row(
            Celu(alpha: 2),
            [-1.729_329_4, -1.055_266_9, -0.235_006_19, 0, 0.5, 2, 5],
            [0.135_335_28, 0.472_366_55, 0.882_496_9, 1, 1, 1, 1]
        ),
        Row(
            Mish(),
            [-0.072_591_741, -0.298_099_74, -0.129_926_96, 0, 0.375_245_21, 1.943_959, 4.999_552_1],
            [-0.053_773_21, -0.064_097_816, 0.439_815_6, 0.6, 0.886_424_38, 1.069_317_9, 1.000_800_2]
        ),
        Row(
            Swish(),
            [-0.071_944_84, -0.273_638_29, -0.109_455_87, 0, 0.311_229_67, 1.761_594_2, 4.966_535_7],
            [-0.052_664_615, -0.041_294_154, 0.376_289_98, 0.5, 0.739_961_19, 1.090_784_2, 1.026_547_4]
        ),
        Row(
            Softplus(),
            [0.018_149_928, 0.201_413_28, 0.575_939_42, 0.693_147_18, 0.974_076_98, 2.126_928, 5.006_715_3],
            [0.017_986_21, 0.182_425_52, 0.437_823_5, 0.5, 0.622_459_33, 0.880_797_08, 0.993_307_15]
        ),
        Row(
            Softsign(),
            [-0.8, -0.6, -0.2, 0, 0.333_333_33, 0.666_666_67, 0.833_333_33],
            [0.04, 0.16, 0.64, 1, 0.444_444_44, 0.111_111_11, 0.027_777_778]
        ),
        Row(ThresholdedRelu(), at: [-4, 0.5, 1, 2], [0, 0, 0, 2], [0, 0, 0, 1]),
        Row(Shrink(threshold: 1), at: [-4, -1, 0, 0.5, 2], [-4, 0, 0, 0, 2], [1, 0, 0, 0, 1]),
        Row(
            Shrink(threshold: 1, bias: 1),
            at: [-4, -1.5, 0, 0.5, 2],
            [-3, -0.5, 0, 0, 1],
            [1, 1, 0, 0, 1]
        ),
        Row(
            Erf(),
            [-0.999_999_98, -0.966_105_15, -0.276_326_39, 0, 0.520_499_88, 0.995_322_27, 1],
            [1.269_823_5e-07, 0.118_930_29, 1.060_014_1, 1.128_379_2, 0.878_782_58, 0.020_666_985, 0]
        ),
        Row(Reciprocal(), at: [-4, 0.5], [-0.25, 2], [-0.0625, -4]),
        Row(
            Tan(),
            at: [-4, -0.25, 0.5, 2],
            [-1.157_821_3, -0.255_341_92, 0.546_302_49, -2.185_039_9],
            [2.340_550_1, 1.065_199_5, 1.298_446_4, 5.774_399_2]
        ),
        Row(
            Sin(),
            [0.756_802_5, -0.997_494_99, -0.247_403_96, 0, 0.479_425_54, 0.909_297_43, -0.958_924_27],
            [-0.653_643_62, 0.070_737_202, 0.968_912_42, 1, 0.877_582_56, -0.416_146_84, 0.283_662_19]
        ),
        Row(
            Cos(),
            [-0.653_643_62, 0.070_737_202, 0.968_912_42, 1, 0.877_582_56, -0.416_146_84, 0.283_662_19],
            [-0.756_802_5, 0.997_494_99, 0.247_403_96, 0, -0.479_425_54, -0.909_297_43, 0.958_924_27]
        ),
        Row(
            Asin(),
            at: [-0.9, -0.2, 0.5],
            [-1.119_769_5, -0.201_357_92, 0.523_598_78],
            [2.294_157_3, 1.020_620_7, 1.154_700_5]
        ),
        Row(
            Acos(),
            at: [-0.9, -0.2, 0.5],
            [2.690_565_8, 1.772_154_2, 1.047_197_6],
            [-2.294_157_3, -1.020_620_7, -1.154_700_5]
        ),
        Row(
            Atan(),
            [-1.325_817_7, -0.982_793_72, -0.244_978_66, 0, 0.463_647_61, 1.107_148_7, 1.373_400_8],
            [0.058_823_529, 0.307_692_31, 0.941_176_47, 1, 0.8, 0.2, 0.038_461_538]
        ),
        Row(
            Sinh(),
            [-27.289_917, -2.129_279_5, -0.252_612_32, 0, 0.521_095_31, 3.626_860_4, 74.203_211],
            [27.308_233, 2.352_409_6, 1.031_413_1, 1, 1.127_626, 3.762_195_7, 74.209_949]
        ),
        Row(
            Cosh(),
            [27.308_233, 2.352_409_6, 1.031_413_1, 1, 1.127_626, 3.762_195_7, 74.209_949],
            [-27.289_917, -2.129_279_5, -0.252_612_32, 0, 0.521_095_31, 3.626_860_4, 74.203_211]
        ),
        Row(
            Asinh(),
            [-2.094_712_5, -1.194_763_2, -0.247_466_46, 0, 0.481_211_83, 1.443_635_5, 2.312_438_3],
            [0.242_535_63, 0.554_700_2, 0.970_142_5, 1, 0.894_427_19, 0.447_213_6, 0.196_116_14]
        ),
        Row(
            Acosh(),
            at: [1.25, 2, 7],
            [0.693_147_18, 1.316_957_9, 2.633_915_8],
            [1.333_333_3, 0.577_350_27, 0.144_337_57]
        ),
        Row(
            Atanh(),
            at: [-0.9, -0.2, 0.5],
            [-1.472_219_5, -0.202_732_55, 0.549_306_14],
            [5.263_157_9, 1.041_666_7, 1.333_333_3]
        ),
        Row(Ceil(), at: [-1.5, -0.25, 0, 0.5, 2], [-1, 0, 0, 1, 2], [0, 0, 0, 0, 0]),
        Row(Floor(), at: [-1.5, -0.25, 0, 0.5, 2], [-2, -1, 0, 0, 2], [0, 0, 0, 0, 0]),
        Row(Round(), at: [-4.5, -1.5, 0.5, 0.9, 2.5], [-4, -2, 0, 1, 2], [0, 0, 0, 0, 0]),
        Row(Sign(), at: [-3, 0, 0.5, .infinity], [-1, 0, 1, 1], [0, 0, 0, 0]),
    ]

    @Test(arguments: rows)
    func agreesWithDoublePrecision(row: Row) {
        let (output, gradient) = apply(row.operation, to: row.points)
        for index in row.points.indices {
            let (value, slope) = (row.values[index], row.slopes[index])
            #expect(abs(output[index] - value) <= 2e-6 * max(1, abs(value)), "at \(row.points[index])")
            #expect(abs(gradient[index] - slope) <= 2e-6 * max(1, abs(slope)), "at \(row.points[index])")
        }
    }

    @Test(
        arguments: [
            Gelu(), Gelu(isApproximate: true), HardSwish(), Elu(), Selu(), Celu(), Mish(), Swish(),
            Softplus(),
            Softsign(), ThresholdedRelu(), HardSigmoid(), Erf(), Atan(), Asinh(),
        ] as [any Operator]
    )
    func enormousElementsHaveGradients(operation: any Operator) {
        let (output, gradient) = apply(operation, to: [-1e30, 1e30])
        #expect(output.isFinite)
        #expect(gradient.isFinite)
    }

    @Test(
        arguments: [
            Gelu(), Gelu(isApproximate: true), HardSwish(), Elu(), Selu(), Celu(), Mish(), Swish(),
            Softplus(),
            Softsign(), ThresholdedRelu(), HardSigmoid(), Erf(), Sign(), Round(),
        ] as [any Operator]
    )
    func whatIsNoNumberStaysSo(operation: any Operator) {
        #expect(apply(operation, to: [.nan]).output[0].isNaN)
    }

    private func apply(_ operation: any Operator, to points: [Float]) -> (output: Tensor, gradient: Tensor) {
        let input = Tensor([points.count], points)
        let output = operation.value(of: [input], shape: input.shape)
        let ones = Tensor(input.shape, repeating: 1)
        let gradient = operation.vjp(ones, inputs: [input], output: output, needed: [true])[0]
        return (output, gradient ?? Tensor([]))
    }
}

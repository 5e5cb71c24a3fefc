import BulwarkTensors
import Foundation

/// A node with the numbers it gives: those of ONNX Runtime 1.2x where it has the operator, else those of the
/// reference implementation in the `onnx` package 1.23.
///
/// Inputs and weights are waves, `sin(0.7 · position + phase)`, so that they need not be written out.
struct LayerVector: Sendable, CustomStringConvertible {
    enum Values: Sendable {
        case wave([Int], Double)
        case floats([Float], [Int])
        case ints([Int], [Int])

        var constant: NodeModel.Constant {
            switch self {
            case .wave(let shape, _): .floats(Array(tensor.elements), shape)
            case .floats(let numbers, let shape): .floats(numbers, shape)
            case .ints(let numbers, let shape): .ints(numbers, shape)
            }
        }

        var tensor: Tensor {
            guard case .wave(let shape, let phase) = self else { return Tensor([]) }
            let extents = (try? Shape(shape)) ?? []
            return Tensor(extents, generating: { Float(sin(0.7 * Double($0) + phase)) })
        }
    }

    let name: String
    let type: String
    let opset: Int
    let input: Values
    let constants: [Values?]
    let attributes: [String: NodeModel.Attribute]
    let outputs: [String]
    let shape: [Int]
    let expected: [Float]

    init(
        _ name: String,
        _ type: String,
        opset: Int,
        input: Values,
        constants: [Values?],
        _ attributes: [String: NodeModel.Attribute],
        outputs: [String] = ["y"],
        shape: [Int],
        _ expected: [Float]
    ) {
        self.name = name
        self.type = type
        self.opset = opset
        self.input = input
        self.constants = constants
        self.attributes = attributes
        self.outputs = outputs
        self.shape = shape
        self.expected = expected
    }

    var description: String { name }

    /// The node with its constants; the extents of its input are fixed.
    var model: NodeModel {
        let named = constants.enumerated().map { ($1 == nil ? "" : "c\($0)", $1) }
        let model = named.reduce(NodeModel(opset: opset, input.tensor.shape.dimensions)) { model, row in
            row.1.map { model.with(row.0, $0.constant) } ?? model
        }
        return model.node(type, ["x"] + named.map(\.0), attributes, outputs: outputs)
    }

    static let table: [LayerVector] = [
        LayerVector(
            "lstm",
            "LSTM",
            opset: 17,
            input: .wave([3, 2, 2], 0.1),
            constants: [
                .wave([2, 8, 2], 1.0), .wave([2, 8, 2], 2.0), .wave([2, 16], 3.0), .ints([3, 2], [2]),
                .wave([2, 2, 2], 0.5), .wave([2, 2, 2], 1.5), .wave([2, 6], 2.5),
            ],
            ["direction": .string("bidirectional"), "hidden_size": .int(2)],
            outputs: ["y", "u1", "u2"],
            shape: [3, 2, 2, 2],
            [
                -0.00622418, 0.0461635, -0.00856928, -0.0498362, -0.341362, -0.0815396, -0.0800144,
                -0.0543243, 0.0797759, 0.0410636, 0.0841108, 0.0488857, -0.373484, 0.149046, -0.38023,
                0.221914, 0.0743026, 0.0577123, 0, 0, -0.395134, 0.118029, 0, 0,
            ]
        ),
        LayerVector(
            "lstm-last-cell",
            "LSTM",
            opset: 17,
            input: .wave([3, 2, 2], 0.1),
            constants: [.wave([1, 8, 2], 1.0), .wave([1, 8, 2], 2.0)],
            ["direction": .string("reverse"), "hidden_size": .int(2)],
            outputs: ["u0", "u1", "y"],
            shape: [1, 2, 2],
            [-0.30871, -0.220004, -0.494531, -0.391592]
        ),
        LayerVector(
            "gru",
            "GRU",
            opset: 17,
            input: .wave([3, 2, 2], 0.1),
            constants: [
                .wave([1, 6, 2], 1.0), .wave([1, 6, 2], 2.0), .wave([1, 12], 3.0), nil,
                .wave([1, 2, 2], 0.5),
            ],
            ["hidden_size": .int(2), "linear_before_reset": .int(1)],
            outputs: ["y", "u1"],
            shape: [3, 1, 2, 2],
            [
                0.463237, 0.633874, 0.935572, 0.669518, 0.260483, 0.217257, 0.215973, -0.506533, 0.0377536,
                -0.204926, 0.232359, -0.21799,
            ]
        ),
        LayerVector(
            "gru-last",
            "GRU",
            opset: 17,
            input: .wave([3, 2, 2], 0.1),
            constants: [
                .wave([2, 6, 2], 1.0), .wave([2, 6, 2], 2.0), .wave([2, 12], 3.0), .ints([2, 3], [2]),
            ],
            ["direction": .string("bidirectional"), "hidden_size": .int(2)],
            outputs: ["u0", "y"],
            shape: [2, 2, 2],
            [-0.339846, -0.264758, -0.582378, -0.328882, 0.200831, -0.2165, 0.701535, -0.5337]
        ),
        LayerVector(
            "rnn",
            "RNN",
            opset: 17,
            input: .wave([3, 2, 2], 0.1),
            constants: [.wave([1, 2, 2], 1.0), .wave([1, 2, 2], 2.0), .wave([1, 4], 3.0)],
            ["clip": .float(0.9), "direction": .string("reverse"), "hidden_size": .int(2)],
            outputs: ["y", "u1"],
            shape: [3, 1, 2, 2],
            [
                -0.705505, -0.646883, -0.126145, 0.0209087, -0.716298, -0.495462, -0.716298, -0.716298,
                -0.716298, -0.716298, 0.660187, -0.716298,
            ]
        ),
        LayerVector(
            "attention",
            "Attention",
            opset: 24,
            input: .wave([1, 4, 3, 2], 0.3),
            constants: [.wave([1, 2, 4, 2], 1.0), .wave([1, 2, 4, 3], 2.0), .wave([3, 4], 0.7)],
            ["is_causal": .int(1), "softcap": .float(2.0)],
            shape: [1, 4, 3, 3],
            [
                0.909297, 0.42738, -0.255541, 0.44829, 0.0475033, -0.375625, -0.195401, 0.103228, 0.353307,
                0.909297, 0.42738, -0.255541, 0.330614, -0.0494627, -0.406277, 0.0285202, -0.15589, -0.266983,
                -0.827826, -0.994553, -0.693525, -0.56923, -0.455756, -0.127933, 0.457607, 0.233482,
                -0.100452, -0.827826, -0.994553, -0.693525, -0.483267, -0.276648, 0.0600827, 0.440569,
                0.275808, -0.0186694,
            ]
        ),
        LayerVector(
            "attention-of-three-axes",
            "Attention",
            opset: 25,
            input: .wave([2, 3, 4], 0.3),
            constants: [.wave([2, 3, 4], 1.0), .wave([2, 3, 6], 2.0)],
            [
                "kv_num_heads": .int(2), "left_window_size": .int(1), "q_num_heads": .int(2),
                "right_window_size": .int(0),
            ],
            shape: [2, 3, 6],
            [
                0.909297, 0.42738, -0.255541, -0.818277, -0.996165, -0.70554, 0.222618, 0.531905, 0.591029,
                0.544337, 0.11921, -0.361982, -0.484919, -0.270283, 0.0714717, 0.0650913, 0.567656, 0.803243,
                0.894791, 0.396741, -0.287903, -0.837142, -0.992659, -0.681314, 0.423617, 0.500921, 0.342634,
                0.587102, 0.142168, -0.369629, -0.555993, -0.409064, -0.0697453, 0.236799, 0.549221, 0.603337,
            ]
        ),
        LayerVector(
            "linear-attention",
            "LinearAttention",
            opset: 27,
            input: .wave([1, 3, 4], 0.3),
            constants: [
                .wave([1, 3, 2], 1.0), .wave([1, 3, 2], 2.0), nil, .wave([1, 3, 2], -0.6),
                .wave([1, 3, 1], 0.9),
            ],
            ["kv_num_heads": .int(1), "q_num_heads": .int(2)],
            outputs: ["y", "u1"],
            shape: [1, 3, 4],
            [
                0.545524, 0.256402, 0.757645, 0.356101, -0.79469, -0.374818, -1.47151, -0.34767, 0.183235,
                0.394509, 0.742544, 0.409129,
            ]
        ),
        LayerVector(
            "rotary-embedding",
            "RotaryEmbedding",
            opset: 23,
            input: .wave([1, 2, 3, 6], 0.3),
            constants: [.wave([5, 2], 1.0), .wave([5, 2], 2.0), .ints([3, 0, 4], [1, 3])],
            ["interleaved": .int(1), "rotary_embedding_dim": .int(4)],
            shape: [1, 2, 3, 6],
            [
                -0.191161, -0.767956, -0.761475, 0.321078, 0.0415807, -0.611858, -0.0192402, -1.63227,
                -0.503907, 0.149157, 0.850437, 0.989358, 0.182562, 0.649419, 0.35339, -1.39815, -0.875452,
                -0.358229, -0.217922, -0.78624, -0.745083, 0.327661, 0.00796318, -0.638107, -0.0395175,
                -1.62453, -0.486352, 0.194084, 0.867644, 0.983907, 0.207151, 0.614216, 0.336765, -1.42659,
                -0.858707, -0.326635,
            ]
        ),
        LayerVector(
            "group-normalization",
            "GroupNormalization",
            opset: 21,
            input: .wave([2, 4, 2, 2], 0.2),
            constants: [.wave([4], 1.0), .wave([4], 2.0)],
            ["num_groups": .int(2)],
            shape: [2, 4, 2, 2],
            [
                1.0722, 1.74757, 1.99737, 1.70411, 0.54102, -0.372376, -0.946541, -0.911436, -0.840521,
                -0.151718, 0.43456, 0.642576, -0.779493, -0.817542, -0.859242, -0.884981, -0.413222, 0.186098,
                1.05527, 1.7855, 1.75207, 1.33831, 0.413301, -0.587919, -1.22314, -1.1773, -0.728415,
                -0.0876026, -0.775229, -0.764642, -0.781155, -0.817004,
            ]
        ),
        LayerVector(
            "rms-normalization",
            "RMSNormalization",
            opset: 23,
            input: .wave([2, 3, 4], 0.2),
            constants: [.wave([4], 1.0)],
            [:],
            shape: [2, 3, 4],
            [
                0.224992, 1.04546, 0.908686, 0.0417307, 0.165337, -0.731558, -0.894951, -0.0535991, -0.568753,
                0.310348, 0.779908, 0.0604275, 0.930053, 0.185743, -0.553038, -0.0598653, -1.17054, -0.674705,
                0.236618, 0.0505717, 1.23767, 1.05646, 0.107264, -0.034197,
            ]
        ),
        LayerVector(
            "layer-normalization-deviation",
            "LayerNormalization",
            opset: 17,
            input: .wave([2, 3, 4], 0.2),
            constants: [.wave([3, 4], 1.0)],
            ["axis": .int(1)],
            outputs: ["u0", "u1", "y"],
            shape: [2, 1, 1],
            [1.43507, 1.49802]
        ),
        LayerVector(
            "lrn",
            "LRN",
            opset: 17,
            input: .wave([1, 5, 2, 2], 0.2),
            constants: [],
            ["alpha": .float(0.5), "beta": .float(0.6), "bias": .float(1.5), "size": .int(3)],
            shape: [1, 5, 2, 2],
            [
                0.155154, 0.580233, 0.698453, 0.535682, 0.108664, -0.391367, -0.642902, -0.629533, -0.346656,
                0.164928, 0.556825, 0.666747, 0.521951, 0.0959011, -0.400906, -0.64548, -0.6615, -0.347528,
                0.177413, 0.572535,
            ]
        ),
        LayerVector(
            "lrn-even",
            "LRN",
            opset: 17,
            input: .wave([5, 5, 1, 2], 0.2),
            constants: [],
            ["alpha": .float(0.5), "beta": .float(0.6), "bias": .float(1.5), "size": .int(4)],
            shape: [5, 5, 1, 2],
            [
                0.148064, 0.57353, 0.715585, 0.526117, 0.100268, -0.383001, -0.706523, -0.686036, -0.345261,
                0.161478, 0.580718, 0.716227, 0.518077, 0.0884639, -0.39336, -0.690354, -0.680902, -0.324706,
                0.173818, 0.604905, 0.715466, 0.524229, 0.076625, -0.403609, -0.693552, -0.646793, -0.313654,
                0.178005, 0.612271, 0.743031, 0.516044, 0.067655, -0.413743, -0.696544, -0.641604, -0.296268,
                0.18974, 0.605736, 0.741746, 0.518551, 0.0552181, -0.433088, -0.69933, -0.636243, -0.28551,
                0.201404, 0.613052, 0.740141, 0.509592, 0.0429785,
            ]
        ),
        LayerVector(
            "global-lp-pool",
            "GlobalLpPool",
            opset: 17,
            input: .wave([2, 2, 3, 2], 0.2),
            constants: [],
            ["p": .int(3)],
            shape: [2, 2, 1, 1],
            [1.27104, 1.48311, 1.32046, 1.27621]
        ),
        LayerVector(
            "col2im",
            "Col2Im",
            opset: 18,
            input: .wave([1, 4, 6], 0.2),
            constants: [.ints([3, 4], [2]), .ints([2, 2], [2])],
            [:],
            shape: [1, 1, 3, 4],
            [
                0.198669, -0.168275, 0.0737589, -0.464602, 1.4801, 0.712204, 0.523595, 1.99697, -0.956635,
                -0.196447, -0.341894, -0.558052,
            ]
        ),
        LayerVector(
            "affine-grid",
            "AffineGrid",
            opset: 20,
            input: .wave([1, 2, 3], 0.2),
            constants: [.ints([1, 1, 2, 3], [4])],
            [:],
            shape: [1, 2, 3, 2],
            [
                0.475464, -1.09753, 0.60791, -0.600396, 0.740356, -0.103259, 1.25879, -0.956413, 1.39124,
                -0.459276, 1.52368, 0.0378607,
            ]
        ),
        LayerVector(
            "deform-conv",
            "DeformConv",
            opset: 19,
            input: .wave([1, 2, 3, 4], 0.2),
            constants: [
                .wave([2, 1, 2, 2], 1.0), .wave([1, 16, 3, 2], 2.0), .wave([2], 0.4),
                .wave([1, 8, 3, 2], 0.8),
            ],
            [
                "dilations": .ints([1, 1]), "group": .int(2), "offset_group": .int(2),
                "pads": .ints([0, 0, 1, 0]), "strides": .ints([1, 2]),
            ],
            shape: [1, 2, 3, 2],
            [
                0.317418, 0.482314, 0.312147, -0.168167, 0.246145, 0.722864, 0.192611, 0.461197, 1.49829,
                0.63694, 1.39001, 1.06509,
            ]
        ),
        LayerVector(
            "depth-to-space",
            "DepthToSpace",
            opset: 17,
            input: .wave([1, 8, 1, 2], 0.2),
            constants: [],
            ["blocksize": .int(2), "mode": .string("CRD")],
            shape: [1, 2, 2, 4],
            [
                0.198669, 0.999574, 0.783327, 0.745705, 0.14112, -0.951602, -0.529836, -0.925815, -0.464602,
                0.793668, 0.21512, 0.998941, 0.734397, -0.544021, 0.124454, -0.956635,
            ]
        ),
        LayerVector(
            "space-to-depth",
            "SpaceToDepth",
            opset: 17,
            input: .wave([1, 2, 2, 4], 0.2),
            constants: [],
            ["blocksize": .int(2)],
            shape: [1, 8, 1, 2],
            [
                0.198669, 0.999574, -0.464602, 0.793668, 0.783327, 0.745705, 0.21512, 0.998941, 0.14112,
                -0.951602, 0.734397, -0.544021, -0.529836, -0.925815, 0.124454, -0.956635,
            ]
        ),
        LayerVector(
            "center-crop-pad",
            "CenterCropPad",
            opset: 18,
            input: .wave([5, 3], 0.2),
            constants: [.ints([2, 6], [2])],
            [:],
            shape: [2, 6],
            [0, 0.745705, 0.14112, -0.529836, 0, 0, 0, -0.951602, -0.925815, -0.464602, 0, 0]
        ),
        LayerVector(
            "causal-conv",
            "CausalConvWithState",
            opset: 27,
            input: .wave([1, 2, 4], 0.2),
            constants: [.wave([2, 1, 3], 1.0), .wave([2], 2.0), .wave([1, 2, 2], 0.4)],
            ["activation": .string("silu")],
            outputs: ["y", "u1"],
            shape: [1, 2, 4],
            [2.04091, 2.18427, 2.34162, 2.92662, -0.0177993, 0.62543, 1.42423, 1.64477]
        ),
        LayerVector(
            "max-unpool",
            "MaxUnpool",
            opset: 17,
            input: .wave([1, 1, 2, 2], 0.2),
            constants: [.ints([5, 7, 13, 8], [1, 1, 2, 2]), .ints([1, 1, 5, 5], [4])],
            ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])],
            shape: [1, 1, 5, 5],
            [
                0, 0, 0, 0, 0, 0, 0.198669, 0, 0.783327, 0, 0.745705, 0, 0, 0, 0, 0, 0.999574, 0, 0, 0, 0, 0,
                0, 0, 0,
            ]
        ),
        LayerVector(
            "upsample",
            "Upsample",
            opset: 9,
            input: .wave([1, 1, 2, 3], 0.2),
            constants: [.floats([1.0, 1.0, 2.0, 1.5], [4])],
            ["mode": .string("linear")],
            shape: [1, 1, 4, 4],
            [
                0.198669, 0.588441, 0.855409, 0.999574, 0.472187, 0.465545, 0.386439, 0.234869, 0.745705,
                0.342648, -0.0825321, -0.529836, 0.745705, 0.342648, -0.0825321, -0.529836,
            ]
        ),
        LayerVector(
            "resize-region",
            "Resize",
            opset: 18,
            input: .wave([1, 1, 4, 4], 0.2),
            constants: [
                .floats(
                    [0.10000000149011612, 0.20000000298023224, 0.8999999761581421, 1.2000000476837158],
                    [4]
                ), nil, .ints([3, 3], [2]),
            ],
            [
                "axes": .ints([2, 3]), "coordinate_transformation_mode": .string("tf_crop_and_resize"),
                "extrapolation_value": .float(5.0), "mode": .string("linear"),
            ],
            shape: [1, 1, 3, 3],
            [0.306189, 0.397224, 5, -0.159111, -0.0674142, 5, 0.240871, -0.165439, 5]
        ),
        LayerVector(
            "roi-align",
            "RoiAlign",
            opset: 16,
            input: .wave([1, 2, 5, 5], 0.2),
            constants: [
                .floats(
                    [
                        0.4000000059604645, 0.30000001192092896, 4.099999904632568, 3.299999952316284, -1.0,
                        2.0, 3.0, 6.0,
                    ],
                    [2, 4]
                ), .ints([0, 0], [2]),
            ],
            [
                "output_height": .int(2), "output_width": .int(2), "sampling_ratio": .int(0),
                "spatial_scale": .float(1.0),
            ],
            shape: [2, 2, 2, 2],
            [
                -0.164778, 0.0321347, 0.243953, 0.102312, -0.113611, -0.172081, 0.0190762, 0.246285,
                -0.0814836, 0.0910906, 0.998027, 0.415318, -0.172548, -0.11708, 0.280268, 0.913175,
            ]
        ),
        LayerVector(
            "grid-sample-volumes",
            "GridSample",
            opset: 20,
            input: .wave([1, 1, 2, 3, 2], 0.2),
            constants: [.wave([1, 2, 1, 2, 3], 1.0)],
            ["mode": .string("linear"), "padding_mode": .string("reflection")],
            shape: [1, 1, 2, 1, 2],
            [0.998941, 0.543818, -0.494959, 0.998941]
        ),
        LayerVector(
            "conv-transpose-same",
            "ConvTranspose",
            opset: 17,
            input: .wave([1, 2, 2, 3], 0.2),
            constants: [.wave([2, 2, 3, 3], 1.0), .wave([2], 2.0)],
            ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])],
            shape: [1, 2, 4, 6],
            [
                1.39496, 1.67673, 1.02078, 1.0925, 0.594166, 0.389383, 2.11269, 2.19955, 1.85662, 1.37916,
                1.155, 1.35292, 0.315762, -0.019156, 0.316507, -0.0237486, 0.596051, 0.444205, 0.556821,
                0.402526, 0.58472, 0.827542, 0.765273, 1.08718, 0.922655, 1.19925, 0.540416, 0.601564,
                0.105014, -0.094615, 1.61646, 1.70013, 1.36969, 0.89095, 0.679726, 0.873378, -0.178774,
                -0.519943, -0.177478, -0.516302, 0.108292, -0.0387554, 0.0899807, -0.0562521, 0.117587,
                0.364614, 0.290893, 0.61255,
            ]
        ),
        LayerVector(
            "conv-transpose-shape",
            "ConvTranspose",
            opset: 17,
            input: .wave([1, 2, 2, 3], 0.2),
            constants: [.wave([2, 1, 3, 4], 1.0)],
            ["output_shape": .ints([4, 7]), "strides": .ints([2, 2])],
            shape: [1, 1, 4, 7],
            [
                -0.505831, -1.14073, -2.0822, -1.93262, -2.33569, -1.28225, -0.832174, 0.766402, 0.876861,
                1.21347, 0.270734, 0.437979, -0.0523804, 0.223329, -0.658503, -0.844634, 0.0554295, 0.52355,
                1.57547, 1.32634, 1.18382, 0.635888, 1.16058, 0.409021, 0.117707, -1.1301, -1.16163, -1.33429,
            ]
        ),
        LayerVector(
            "batch-normalization-training",
            "BatchNormalization",
            opset: 17,
            input: .wave([2, 2, 3], 0.2),
            constants: [.wave([2], 1.0), .wave([2], 2.0), .wave([2], 0.5), .floats([1.5, 2.5], [2])],
            ["training_mode": .int(1)],
            outputs: ["u0", "u1", "y"],
            shape: [2],
            [1.41015, 2.27665]
        ),
    ]
}

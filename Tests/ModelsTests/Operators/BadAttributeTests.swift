import BulwarkModels
import BulwarkTensors
import Testing

/// Nodes without meaning, or with numbers chosen to overflow something: refused with a typed error, never a
/// crash.
struct BadAttributeTests {
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let model: NodeModel
    }

    private static func refused(_ description: String, _ model: NodeModel) -> Row {
        Row(description: description, model: model)
    }

    private static let image = NodeModel([nil, 2, 6, 6]).with(
        "w",
        .floats([Float](repeating: 1, count: 36), [2, 2, 3, 3])
    )

    private static let windows: [Row] = {
        let enormous = Int(Int32.max)
        let lists: [(String, [Int])] = [
            ("strides", [0, 1]), ("strides", [-1, 1]), ("strides", [1]), ("strides", [1, 1, 1]),
            ("strides", [1, .max]),
            ("strides", [.min, 1]), ("dilations", [0, 1]), ("dilations", [1, -1]), ("dilations", [1, .max]),
            ("dilations", [enormous, enormous]), ("dilations", [1]), ("pads", [0, 0, 0]),
            ("pads", [-1, 0, 0, 0]),
            ("pads", [.max, 0, .max, 0]), ("pads", [enormous, enormous, enormous, enormous]),
            ("pads", [0, 0, .min, 0]),
        ]
        var rows: [Row] = []
        for (name, values) in lists {
            rows.append(
                refused("Conv \(name) \(values)", image.node("Conv", ["x", "w"], [name: .ints(values)]))
            )
            for type in ["MaxPool", "AveragePool"] {
                let model = NodeModel(opset: 19, [nil, 2, 6, 6])
                    .node(type, ["x"], ["kernel_shape": .ints([3, 3]), name: .ints(values)])
                rows.append(refused("\(type) \(name) \(values)", model))
            }
        }
        let kernels: [[Int]] = [
            [0, 3], [-1, 3], [3], [3, 3, 3], [7, 1], [.max, .max], [.min, 1], [enormous, enormous], [],
        ]
        for kernel in kernels {
            for type in ["MaxPool", "AveragePool"] {
                let model = NodeModel([nil, 2, 6, 6]).node(type, ["x"], ["kernel_shape": .ints(kernel)])
                rows.append(refused("\(type) kernel \(kernel)", model))
                let same = NodeModel([nil, 2, 6, 6])
                    .node(type, ["x"], ["kernel_shape": .ints(kernel), "auto_pad": .string("SAME_UPPER")])
                if kernel != [7, 1], kernel != [enormous, enormous] {
                    rows.append(refused("\(type) same kernel \(kernel)", same))
                }
            }
            rows.append(
                refused(
                    "Conv kernel \(kernel)",
                    image.node("Conv", ["x", "w"], ["kernel_shape": .ints(kernel)])
                )
            )
        }
        for group in [0, -1, 3, .max, .min] {
            rows.append(
                refused("Conv group \(group)", image.node("Conv", ["x", "w"], ["group": .int(group)]))
            )
        }
        let padding: [String: NodeModel.Attribute] = [
            "kernel_shape": .ints([2, 2]), "pads": .ints([2, 2, 0, 0]),
        ]
        rows += [
            refused("MaxPool without kernel", NodeModel([nil, 2, 6, 6]).node("MaxPool")),
            refused("MaxPool of padding", NodeModel([nil, 2, 6, 6]).node("MaxPool", ["x"], padding)),
            refused("AveragePool of padding", NodeModel([nil, 2, 6, 6]).node("AveragePool", ["x"], padding)),
            refused("auto_pad nonsense", image.node("Conv", ["x", "w"], ["auto_pad": .string("SAME")])),
            refused("auto_pad number", image.node("Conv", ["x", "w"], ["auto_pad": .int(1)])),
            refused("Conv without weights", image.node("Conv", ["x"])),
            refused(
                "Conv of rows",
                NodeModel([nil, 4]).with("w", .floats([1], [1, 1])).node("Conv", ["x", "w"])
            ),
            refused(
                "Conv with a bias too many",
                image.with("b", .floats([1, 2, 3], [3])).node("Conv", ["x", "w", "b"])
            ),
        ]
        return rows
    }()

    private static let axes: [Row] = {
        let square = NodeModel([nil, 4, 4])
        var rows: [Row] = []
        for axis in [3, -4, .max, .min] {
            for type in ["Softmax", "LogSoftmax", "Split"] {
                rows.append(refused("\(type) axis \(axis)", square.node(type, ["x"], ["axis": .int(axis)])))
            }
            rows.append(
                refused("Concat axis \(axis)", square.node("Concat", ["x", "x"], ["axis": .int(axis)]))
            )
            rows.append(
                refused(
                    "Gather axis \(axis)",
                    square.with("i", .list(0)).node("Gather", ["x", "i"], ["axis": .int(axis)])
                )
            )
            for type in ["ReduceSum", "Squeeze"] {
                rows.append(
                    refused("\(type) axis \(axis)", square.with("a", .list(axis)).node(type, ["x", "a"]))
                )
            }
            rows.append(
                refused("ReduceMean axis \(axis)", square.node("ReduceMean", ["x"], ["axes": .ints([axis])]))
            )
        }
        for axis in [4, -5, .max, .min] {
            rows.append(refused("Flatten axis \(axis)", square.node("Flatten", ["x"], ["axis": .int(axis)])))
            rows.append(
                refused(
                    "Unsqueeze axis \(axis)",
                    square.with("a", .list(axis)).node("Unsqueeze", ["x", "a"])
                )
            )
        }
        for permutation in [[0, 1], [0, 1, 1], [0, 1, 3], [0, 1, -1], [0, 1, 2, 3], [.max, 0, .min]] {
            rows.append(
                refused(
                    "Transpose \(permutation)",
                    square.node("Transpose", ["x"], ["perm": .ints(permutation)])
                )
            )
        }
        rows += [
            refused("Squeeze of an extent of 4", square.with("a", .list(1)).node("Squeeze", ["x", "a"])),
            refused(
                "Squeeze twice",
                NodeModel([nil, 1]).with("a", .list(1, -1)).node("Squeeze", ["x", "a"])
            ),
            refused("Unsqueeze twice", square.with("a", .list(1, 1)).node("Unsqueeze", ["x", "a"])),
            refused("ReduceSum twice", square.with("a", .list(1, -2)).node("ReduceSum", ["x", "a"])),
            refused("Concat without axis", square.node("Concat", ["x", "x"])),
            refused("Concat of nothing", square.node("Concat", [], ["axis": .int(0)])),
        ]
        return rows
    }()

    private static let rearrangements: [Row] = {
        let flat = NodeModel([nil, 6])
        var rows: [Row] = []
        for target in [
            [-1, -1], [0, 7], [0, -2], [0, 4, -1], [0, 0, 0], [.max, .max], [.min], [0, .max, .max], [-1, 5],
        ] {
            rows.append(
                refused(
                    "Reshape \(target)",
                    flat.with("s", .ints(target, [target.count])).node("Reshape", ["x", "s"])
                )
            )
        }
        rows.append(
            refused(
                "Reshape to nothing",
                flat.with("s", .list(0, -1)).node("Reshape", ["x", "s"], ["allowzero": .int(1)])
            )
        )
        for pads in [
            [0, .max, 0, .max], [0, .min, 0, .min], [0, -7, 0, 0], [0, 1, 0], [.max, 0, 0, 0], [-1, 0, 0, 0],
        ] {
            rows.append(
                refused("Pad \(pads)", flat.with("p", .ints(pads, [pads.count])).node("Pad", ["x", "p"]))
            )
        }
        for (mode, pads) in [
            ("reflect", [0, 6, 0, 0]), ("reflect", [1, 0, 0, 0]), ("", [0, 1, 0, 0]),
        ] {
            rows.append(
                refused(
                    "Pad \(mode) \(pads)",
                    flat.with("p", .ints(pads, [4])).node("Pad", ["x", "p"], ["mode": .string(mode)])
                )
            )
        }
        for (starts, ends, axes, steps) in [
            ([0], [2], [0], [1]), ([1], [Int.max], [0], [1]), ([0], [1], [1], [0]), ([0, 1], [2], [1], [1]),
            ([0, 1], [2, 2], [1, 1], [1, 1]), ([0], [2], [5], [1]), ([0], [Int.max], [0], [-1]),
        ] {
            let model = flat.with("s", .ints(starts, [starts.count])).with("e", .ints(ends, [ends.count]))
                .with("a", .ints(axes, [axes.count])).with("t", .ints(steps, [steps.count]))
            rows.append(
                refused(
                    "Slice \(starts) \(ends) \(axes) \(steps)",
                    model.node("Slice", ["x", "s", "e", "a", "t"])
                )
            )
        }
        for index in [6, -7, .max, .min] {
            rows.append(
                refused(
                    "Gather \(index)",
                    flat.with("i", .list(index)).node("Gather", ["x", "i"], ["axis": .int(1)])
                )
            )
        }
        for sizes in [[2, 3], [7, -1], [.max, .max], [3, 3, 0], [-6, 12]] {
            rows.append(
                refused(
                    "Split \(sizes)",
                    flat.with("s", .ints(sizes, [sizes.count]))
                        .node("Split", ["x", "s"], ["axis": .int(1)], outputs: ["y", "z"])
                )
            )
        }
        rows += [
            refused("Gather of samples", flat.with("i", .list(0)).node("Gather", ["x", "i"])),
            refused("Split of samples", flat.node("Split", ["x"], outputs: ["y", "z"])),
            refused(
                "Split that leaves a rest",
                flat.node("Split", ["x"], ["axis": .int(1)], outputs: ["y", "a", "b", "c"])
            ),
            refused("Reshape by floats", flat.with("s", .floats([0, 6], [2])).node("Reshape", ["x", "s"])),
            refused("Reshape by values", flat.node("Reshape", ["x", "x"])),
            refused("Pad by values", flat.node("Pad", ["x", "x"])),
            refused("Slice by values", flat.node("Slice", ["x", "x", "x"])),
            refused("Clip by several values", flat.node("Clip", ["x", "x"])),
            refused(
                "Pow of unequal shapes",
                flat.with("c", .floats([1, 2], [2])).node("Pow", ["x", "c"])
            ),
        ]
        return rows
    }()

    private static let numbers: [Row] = {
        let flat = NodeModel([nil, 6])
        var rows: [Row] = []
        for number in [Float.nan, .infinity, -.infinity] {
            rows += [
                refused("LeakyRelu \(number)", flat.node("LeakyRelu", ["x"], ["alpha": .float(number)])),
                refused(
                    "Gemm \(number)",
                    flat.with("w", .floats([1, 1, 1, 1, 1, 1], [6, 1])).node(
                        "Gemm",
                        ["x", "w"],
                        ["beta": .float(number)]
                    )
                ),
                refused(
                    "Gemm with the weight \(number)",
                    flat.with("w", .floats([1, 1, number, 1, 1, 1], [6, 1])).node("Gemm", ["x", "w"])
                ),
            ]
        }
        rows.append(
            refused(
                "Constant NaN",
                flat.node("Constant", [], ["value_floats": .floats([.nan])], outputs: ["c"]).node(
                    "Add",
                    ["x", "c"]
                )
            )
        )
        for extents in [[Int.max, Int.max], [-1], [1 << 40], [1 << 12, 1 << 13]] {
            rows.append(
                refused(
                    "ConstantOfShape \(extents)",
                    flat.with("s", .ints(extents, [extents.count]))
                        .node("ConstantOfShape", ["s"], outputs: ["c"]).node("Add", ["x", "c"])
                )
            )
        }
        for type in [0, 8, 14, 17, 99, -1, .max] {
            rows.append(refused("Cast to \(type)", flat.node("Cast", ["x"], ["to": .int(type)])))
        }
        for (left, right, type) in [
            (1, 0, "Div"), (Int.min, -1, "Div"), (.max, 2, "Mul"), (.max, 1, "Add"), (.min, 1, "Sub"),
            (0, .min, "Sub"),
        ] {
            rows.append(
                refused(
                    "\(left) \(type) \(right)",
                    flat.with("a", .list(left)).with("b", .list(right))
                        .node(type, ["a", "b"], outputs: ["s"]).node("Reshape", ["x", "s"])
                )
            )
        }
        rows += [
            refused("Dropout for training", NodeModel(opset: 6, [nil, 6]).node("Dropout")),
            refused("Cast without type", flat.node("Cast")),
            refused(
                "Cast beyond the type",
                flat.with("c", .floats([1e30], [1])).node("Cast", ["c"], ["to": .int(7)], outputs: ["i"])
                    .node("Reshape", ["x", "i"])
            ),
            refused(
                "Constant of nothing",
                flat.node("Constant", [], outputs: ["c"]).node("Add", ["x", "c"])
            ),
            refused("Add of unequal shapes", flat.with("c", .floats([1, 2], [2])).node("Add", ["x", "c"])),
            refused("MatMul of a number", flat.with("c", .scalar(1)).node("MatMul", ["x", "c"])),
            refused(
                "MatMul of unequal shapes",
                flat.with("c", .floats([1, 2], [2])).node("MatMul", ["x", "c"])
            ),
            refused("Gemm of a vector", flat.with("c", .floats([1, 2], [2])).node("Gemm", ["x", "c"])),
            refused(
                "Dropout in training",
                flat.with("r", .scalar(0.5)).with("t", .number(1)).node("Dropout", ["x", "r", "t"])
            ),
            refused(
                "BatchNormalization in training",
                flat.with("c", .floats([1, 1, 1, 1, 1, 1], [6]))
                    .node("BatchNormalization", ["x", "c", "c", "c", "c"], ["training_mode": .int(1)])
            ),
            refused(
                "BatchNormalization of other channels",
                flat.with("c", .floats([1, 1], [2])).node("BatchNormalization", ["x", "c", "c", "c", "c"])
            ),
            refused(
                "The batch as a float",
                flat.node("Shape", ["x"], outputs: ["s"]).node("Cast", ["s"], ["to": .int(1)])
            ),
            refused(
                "Half a batch",
                flat.with("two", .list(2)).node("Shape", ["x"], ["end": .int(1)], outputs: ["n"])
                    .node("Div", ["n", "two"], outputs: ["h"]).node("Reshape", ["x", "h"])
            ),
        ]
        return rows
    }()

    @Test(arguments: windows + axes + rearrangements + numbers)
    func isRefusedWithATypedError(row: Row) {
        do {
            let graph = try row.model.graph()
            Issue.record(
                "accepted as \(graph.nodes.map(\.operation)) \(graph.outputs.map { graph[$0].shape })"
            )
        } catch {
            #expect(error is ONNXError || error is GraphError, "\(error)")
        }
    }

    /// Attributes that are odd but have a meaning are accepted.
    @Test(arguments: [
        Row(
            description: "a pool larger than its image, with SAME padding",
            model: NodeModel([nil, 2, 6, 6])
                .node("MaxPool", ["x"], ["kernel_shape": .ints([7, 1]), "auto_pad": .string("SAME_UPPER")])
        ),
        Row(
            description: "pads as well as auto_pad",
            model: image.node(
                "Conv",
                ["x", "w"],
                ["pads": .ints([1, 1, 1, 1]), "auto_pad": .string("VALID")]
            )
        ),
        Row(
            description: "a convolution of nothing but padding at the corners",
            model: image.node("Conv", ["x", "w"], ["pads": .ints([9, 9, 9, 9])])
        ),
    ])
    func isAccepted(row: Row) throws {
        let input = Tensor([1, 2, 6, 6], repeating: 1)
        #expect(try row.model.run(input).isFinite)
    }
}

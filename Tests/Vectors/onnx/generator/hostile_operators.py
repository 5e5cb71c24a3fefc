"""Operators with shapes that do not fit, senseless attributes, or results that would fill the machine."""

from onnx import TensorProto, helper, numpy_helper

from .common import np
from .hostile import LEAST, MOST, changed, floats, integers, model, values

node = helper.make_node


def flattened(nodes, weights, shape, opset):
    """x through `nodes`, the last of which says `logits`, then flattened: all but one thing is as it should be."""
    nodes[-1].output[0] = "result"
    flatten = node("Flatten", ["result"], ["logits"], axis=1)
    return model(
        [*nodes, flatten],
        weights,
        inputs=[values("x", shape)],
        outputs=[values("logits", ["N", "K"])],
        opset=opset,
    )


def rows(*nodes, weights=(), opset=13):
    return flattened(list(nodes), weights, ["N", 4], opset)


def images(*nodes, weights=(), opset=13):
    return flattened(list(nodes), weights, ["N", 2, 6, 6], opset)


def matrices():
    yield "gemm-inner-size", changed(
        lambda m: m.graph.initializer[2].CopyFrom(floats("w2", 5, 3))
    ), "shape mismatch: Gemm"
    yield "gemm-bias-size", changed(
        lambda m: m.graph.initializer[3].CopyFrom(floats("b2", 4))
    ), "shape mismatch: Gemm"
    yield "gemm-weight-rank", changed(
        lambda m: m.graph.initializer[2].CopyFrom(floats("w2", 6, 3, 1))
    ), "shape mismatch: Gemm"
    yield "matmul-inner-size", rows(
        node("MatMul", ["x", "w"], ["logits"]), weights=[floats("w", 5, 3)]
    ), "shape mismatch: MatMul"
    yield "matmul-scalar", rows(
        node("MatMul", ["x", "w"], ["logits"]), weights=[floats("w")]
    ), "shape mismatch: MatMul"
    yield "add-not-broadcastable", rows(
        node("Add", ["x", "w"], ["logits"]), weights=[floats("w", 3)]
    ), "shape mismatch: Add"
    sizes = [
        floats("s", 4),
        floats("b", 3),
        floats("m", 4),
        numpy_helper.from_array(np.ones(4, np.float32), "v"),
    ]
    yield "batchnormalization-sizes", rows(
        node("BatchNormalization", ["x", "s", "b", "m", "v"], ["logits"]), weights=sizes
    ), "shape mismatch: BatchNormalization"


def convolutions():
    def conv(weight=(3, 2, 3, 3), bias=None, **attributes):
        weights = [floats("w", *weight)] + ([floats("b", bias)] if bias else [])
        return images(
            node("Conv", ["x", *(w.name for w in weights)], ["logits"], **attributes), weights=weights
        )

    wrong = "shape mismatch: Conv"
    yield "conv-channels", conv((3, 5, 3, 3)), wrong
    yield "conv-bias-size", conv(bias=4), wrong
    yield "conv-weight-rank", conv((3, 2, 3)), wrong
    yield "conv-kernel-attribute", conv(kernel_shape=[5, 5]), wrong
    yield "conv-kernel-larger-than-image", conv((3, 2, 7, 7)), wrong
    yield "conv-kernel-empty", conv((3, 2, 0, 3)), wrong
    bad = "invalid attribute: Conv"
    yield "conv-group-zero", conv(group=0), bad
    yield "conv-group-negative", conv(group=-1), bad
    yield "conv-group-not-dividing", conv(group=2), bad
    yield "conv-stride-zero", conv(strides=[0, 1]), bad
    yield "conv-stride-negative", conv(strides=[-1, 1]), bad
    yield "conv-dilation-zero", conv(dilations=[1, 0]), bad
    yield "conv-dilation-most", conv(dilations=[MOST, MOST]), f"{wrong}, or {bad}"
    yield "conv-pads-count", conv(pads=[1, 1, 1]), bad
    yield "conv-strides-count", conv(strides=[1, 1, 1]), bad
    yield "conv-pads-least", conv(pads=[LEAST, 0, 0, 0]), f"{bad}, or {wrong}"
    yield "conv-pads-most", conv(pads=[MOST, MOST, MOST, MOST]), f"{bad}, or too large"
    yield "conv-pads-enormous", conv(pads=[500_000, 500_000, 500_000, 500_000]), "too large"
    yield "conv-auto-pad-unknown", conv(auto_pad="SIDEWAYS"), bad
    yield "conv-strides-of-text", conv(strides="two"), bad
    yield "conv-strides-of-floats", conv(strides=[1.0, 2.0]), bad

    def pool(**attributes):
        return images(node("MaxPool", ["x"], ["logits"], **attributes))

    bad = "invalid attribute: MaxPool"
    yield "maxpool-kernel-missing", pool(), bad
    yield "maxpool-kernel-zero", pool(kernel_shape=[0, 2]), bad
    yield "maxpool-kernel-negative", pool(kernel_shape=[-2, -2]), bad
    yield "maxpool-kernel-count", pool(kernel_shape=[2, 2, 2]), bad
    yield "maxpool-kernel-larger-than-image", pool(kernel_shape=[7, 7]), "shape mismatch: MaxPool"
    yield "maxpool-kernel-most", pool(kernel_shape=[MOST, MOST]), f"{bad}, or shape mismatch: MaxPool"
    yield "maxpool-stride-zero", pool(kernel_shape=[2, 2], strides=[0, 0]), bad
    yield "maxpool-pads-most", pool(kernel_shape=[2, 2], pads=[MOST, 0, MOST, 0]), f"{bad}, or too large"
    twice = node("MaxPool", ["x"], ["logits"], kernel_shape=[2, 2])
    twice.attribute.append(helper.make_attribute("kernel_shape", [3, 3]))
    yield "attribute-twice", images(twice), bad


def arrangements():
    def reshape(*target):
        return rows(node("Reshape", ["x", "shape"], ["logits"]), weights=[integers("shape", *target)])

    bad = "shape mismatch: Reshape"
    yield "reshape-impossible", reshape(0, 5), bad
    yield "reshape-rest-does-not-divide", reshape(0, 3, -1), bad
    yield "reshape-two-rests", reshape(-1, -1), bad
    yield "reshape-negative", reshape(0, -2), bad
    yield "reshape-zero-past-rank", reshape(0, 4, 0), bad
    yield "reshape-overflow", reshape(2**62, 4, 2**62, -1), bad
    yield "reshape-to-floats", rows(
        node("Reshape", ["x", "shape"], ["logits"]), weights=[floats("shape", 2)]
    ), "type mismatch: Reshape"
    yield "reshape-by-the-input", rows(
        node("Cast", ["x"], ["shape"], to=TensorProto.INT64), node("Reshape", ["x", "shape"], ["logits"])
    ), "shape depends on data, or type or shape mismatch"

    def one(kind, *constants, shape=rows, opset=13, **attributes):
        names = [c.name for c in constants]
        return shape(node(kind, ["x", *names], ["logits"], **attributes), weights=constants, opset=opset)

    yield "transpose-repeats", one("Transpose", perm=[0, 0]), "invalid attribute: Transpose"
    yield "transpose-outside", one("Transpose", perm=[0, 2]), "invalid attribute: Transpose"
    yield "transpose-negative", one("Transpose", perm=[0, -1]), "invalid attribute: Transpose"
    yield "transpose-count", one("Transpose", perm=[0]), "invalid attribute: Transpose"
    yield "concat-axis-missing", one("Concat", floats("w", 1, 4)), "invalid attribute: Concat"
    yield "concat-axis-outside", one("Concat", floats("w", 1, 4), axis=2), "invalid attribute: Concat"
    yield "concat-sizes", images(
        node("Concat", ["x", "w"], ["logits"], axis=1), weights=[floats("w", 1, 2, 5, 6)]
    ), "shape mismatch: Concat"
    yield "squeeze-not-one", one("Squeeze", integers("axes", 1)), "shape mismatch: Squeeze"
    yield "unsqueeze-repeats", one("Unsqueeze", integers("axes", 1, 1)), "invalid attribute: Unsqueeze"
    yield "flatten-axis-outside", one("Flatten", axis=3), "invalid attribute: Flatten"
    for label, axis in [("outside", 2), ("least", LEAST), ("most", MOST)]:
        yield f"softmax-axis-{label}", one("Softmax", axis=axis), "invalid attribute: Softmax"
    yield "reducemean-axis-outside", one("ReduceMean", axes=[5]), "invalid attribute: ReduceMean"
    yield "reducesum-axis-least", one("ReduceSum", integers("axes", LEAST)), "invalid attribute: ReduceSum"
    yield "pad-count", one("Pad", integers("pads", 0, 1, 0)), "shape mismatch: Pad"
    yield "pad-crops-everything", one("Pad", integers("pads", 0, -3, 0, -3)), "shape mismatch: Pad"
    yield "pad-reflect-too-far", one(
        "Pad", integers("pads", 0, 9, 0, 9), mode="reflect"
    ), "shape mismatch: Pad"
    yield "pad-mode-unknown", one(
        "Pad", integers("pads", 0, 1, 0, 1), mode="sideways"
    ), "invalid attribute: Pad"
    yield "gather-outside", one("Gather", integers("index", 0, 9), axis=1), "index out of range: Gather"
    yield "cast-to-nothing", one("Cast"), "invalid attribute: Cast"
    yield "cast-to-unknown", one("Cast", to=99), "invalid attribute: Cast, or unsupported type"
    yield "cast-to-text", one("Cast", to=TensorProto.STRING), "unsupported type: string"


def enormous():
    """Small files, valid by the letter, that ask for 10^12 elements or for sizes no integer holds."""

    def filled(*shape):
        return rows(
            node("ConstantOfShape", ["shape"], ["filler"]),
            node("ReduceSum", ["filler"], ["sum"], keepdims=0),
            node("Add", ["x", "sum"], ["logits"]),
            weights=[integers("shape", *shape)],
        )

    yield "constantofshape-enormous", filled(10**6, 10**6), "too large"
    yield "constantofshape-overflow", filled(2**31, 2**31, 2**31), "too large: size overflow"
    yield "constantofshape-negative", filled(-3, 4), "negative dimension: ConstantOfShape"
    yield "expand-enormous", rows(
        node("Expand", ["w", "shape"], ["wide"]),
        node("ReduceSum", ["wide"], ["sum"], keepdims=0),
        node("Add", ["x", "sum"], ["logits"]),
        weights=[floats("w", 1, 1), integers("shape", 10**6, 10**6)],
    ), "too large"
    yield "expand-input-enormous", rows(
        node("Expand", ["x", "shape"], ["logits"]), weights=[integers("shape", 10**12, 1, 4)]
    ), "too large"
    yield "pad-enormous", rows(
        node("Pad", ["x", "pads"], ["logits"]), weights=[integers("pads", 0, 10**12, 0, 0)]
    ), "too large"
    yield "pad-most", rows(
        node("Pad", ["x", "pads"], ["logits"]), weights=[integers("pads", 0, MOST, 0, MOST)]
    ), "too large: size overflow"
    doublings = [node("Concat", [f"v{i}", f"v{i}"], [f"v{i + 1}"], axis=1) for i in range(38)]
    yield "concat-doubling", rows(
        node("Identity", ["x"], ["v0"]), *doublings, node("Identity", ["v38"], ["logits"])
    ), "too large"
    crosses = [node("Unsqueeze", ["x", "last"], ["v0"])]
    for i in range(40):
        crosses += [
            node("Unsqueeze", [f"v{i}", "last"], [f"u{i}"]),
            node("Add", [f"u{i}", "row"], [f"v{i + 1}"]),
        ]
    yield "broadcast-growing", rows(
        *crosses, node("Identity", ["v40"], ["logits"]), weights=[integers("last", -1), floats("row", 4)]
    ), "too large: a dimension more, four times the elements, forty times"

    def computed(kind, left, right):
        numbers = [integers("left", left), integers("right", right)]
        return rows(
            node(kind, ["left", "right"], ["size"]),
            node("Concat", ["keep", "size"], ["shape"], axis=0),
            node("Reshape", ["x", "shape"], ["logits"]),
            weights=[*numbers, integers("keep", 0)],
        )

    arithmetic = "shape arithmetic: "
    yield "shape-division-by-zero", computed("Div", 4, 0), arithmetic + "division by zero"
    yield "shape-division-overflow", computed("Div", LEAST, -1), arithmetic + "overflow"
    yield "shape-product-overflow", computed("Mul", MOST, 4), arithmetic + "overflow"
    yield "shape-sum-overflow", computed("Add", MOST, MOST), arithmetic + "overflow"
    yield "shape-difference-overflow", computed("Sub", LEAST, 1), arithmetic + "overflow"
    yield "shape-cast-of-infinity", rows(
        node("Div", ["one", "none"], ["infinity"]),
        node("Cast", ["infinity"], ["size"], to=TensorProto.INT64),
        node("Concat", ["keep", "size"], ["shape"], axis=0),
        node("Reshape", ["x", "shape"], ["logits"]),
        weights=[
            numpy_helper.from_array(np.array([1], np.float32), "one"),
            numpy_helper.from_array(np.array([0], np.float32), "none"),
            integers("keep", 0),
        ],
    ), arithmetic + "infinity is no size"


def files():
    for family in (matrices, convolutions, arrangements, enormous):
        yield from family()

"""Operators that act on numbers one by one, or multiply matrices."""

import torch
from onnx import TensorProto, helper
from torch.nn import functional as F

from . import oracles
from .common import np
from .operators import Case, ints, scalar

node = helper.make_node


def elementwise():
    def binary(kind, inputs=("a", "b")):
        return node(kind, list(inputs), ["out"])

    yield Case("add_same_shape", 13, binary("Add"), {"a": (3, 4, 2), "b": (3, 4, 2)}, lambda a, b: a + b)
    yield Case("add_row_initializer", 13, binary("Add"), {"a": (3, 5)}, lambda a, b: a + b, {"b": (5,)})
    yield Case(
        "add_both_broadcast",
        14,
        binary("Add"),
        {"a": (3, 1, 4), "b": (5, 1)},
        lambda a, b: a + b,
        fixed=["b"],
    )
    yield Case(
        "add_scalar_constant",
        11,
        binary("Add", ("a", "const_b")),
        {"a": (3, 4)},
        lambda a, b: a + b,
        {"const_b": scalar(0.75)},
    )
    yield Case(
        "add_initializer_of_higher_rank",
        13,
        binary("Add"),
        {"a": (3, 4)},
        lambda a, b: a + b,
        {"b": (2, 1, 4)},
        out=[2, "N", 4],
    )
    yield Case(
        "sub_broadcast_channels",
        13,
        binary("Sub"),
        {"a": (2, 3, 4, 4), "b": (3, 1, 1)},
        lambda a, b: a - b,
        fixed=["b"],
    )
    yield Case(
        "sub_initializer_first", 13, binary("Sub", ("b", "a")), {"a": (3, 5)}, lambda a, b: b - a, {"b": (5,)}
    )
    yield Case(
        "sub_batch_of_one", 11, binary("Sub"), {"a": (3, 4), "b": (1, 4)}, lambda a, b: a - b, fixed=["b"]
    )
    yield Case("mul_channels", 13, binary("Mul"), {"a": (2, 3, 4, 5)}, lambda a, b: a * b, {"b": (3, 1, 1)})
    yield Case("mul_by_itself", 13, binary("Mul", ("a", "a")), {"a": (3, 4)}, lambda a: a * a)
    yield Case(
        "mul_two_inputs_broadcast",
        13,
        binary("Mul"),
        {"a": (3, 1), "b": (4,)},
        lambda a, b: a * b,
        fixed=["b"],
    )
    yield Case("div_two_inputs", 13, binary("Div"), {"a": (3, 4), "b": (3, 4)}, lambda a, b: a / b, low=0.4)
    yield Case(
        "div_by_initializer",
        11,
        binary("Div"),
        {"a": (3, 2, 2)},
        lambda a, b: a / b,
        {"b": np.array([[0.5], [-2.25]], np.float32)},
    )
    yield Case(
        "div_scalar_by_input",
        14,
        binary("Div", ("const_b", "a")),
        {"a": (3, 4)},
        lambda a, b: b / a,
        {"const_b": scalar(1.0)},
        low=0.4,
    )
    yield Case(
        "div_broadcast_denominator",
        13,
        binary("Div"),
        {"a": (3, 4, 2), "b": (4, 1)},
        lambda a, b: a / b,
        fixed=["b"],
        low=0.4,
    )


def products():
    mul = node("MatMul", ["a", "b"], ["out"])

    def matmul(name, a, b, fixed=("b",), **options):
        return Case(name, 13, mul, {"a": a, "b": b}, torch.matmul, fixed=fixed, **options)

    yield Case("matmul_initializer", 13, mul, {"a": (3, 4)}, torch.matmul, {"b": (4, 5)})
    yield matmul("matmul_two_inputs", (3, 4), (4, 5))
    yield matmul("matmul_batched", (2, 3, 4), (2, 4, 5), fixed=())
    yield matmul("matmul_batched_by_matrix", (2, 3, 4), (4, 5))
    yield matmul("matmul_matrix_by_batched", (3, 4), (2, 4, 5), fixed=("a",))
    yield matmul("matmul_batch_broadcast", (3, 1, 3, 4), (2, 4, 2))
    yield matmul("matmul_batch_of_one", (3, 2, 4), (1, 4, 3))
    yield matmul("matmul_vector_left", (4,), (4, 5), fixed=("a", "b"))
    yield matmul("matmul_vector_left_batched", (4,), (3, 4, 5), fixed=("a",))
    yield matmul("matmul_vector_right", (3, 2, 4), (4,))
    yield matmul("matmul_two_vectors", (6,), (6,), fixed=("a", "b"))
    yield Case(
        "matmul_initializer_left",
        13,
        node("MatMul", ["b", "a"], ["out"]),
        {"a": (3, 4, 2)},
        lambda a, b: b @ a,
        {"b": (5, 4)},
    )

    def gemm(
        name, opset, a, b, function, constants=None, names=("a", "b", "c"), fixed=(), more=None, **attributes
    ):
        inputs = {"a": a} | ({"b": b} if isinstance(b, tuple) else {}) | (more or {})
        return Case(
            name,
            opset,
            node("Gemm", list(names), ["out"], **attributes),
            inputs,
            function,
            constants,
            fixed=fixed,
        )

    yield gemm("gemm_without_bias", 13, (3, 4), None, lambda a, b: a @ b, {"b": (4, 5)}, names=("a", "b"))
    yield gemm(
        "gemm_transposed_weights",
        11,
        (3, 4),
        None,
        lambda a, b, c: a @ b.T + c,
        {"b": (5, 4), "c": (5,)},
        transB=1,
    )
    yield gemm(
        "gemm_transposed_input",
        13,
        (4, 3),
        None,
        lambda a, b, c: a.T @ b + c,
        {"b": (4, 5), "c": (5,)},
        fixed=["a"],
        transA=1,
    )
    yield gemm(
        "gemm_both_transposed",
        13,
        (4, 3),
        None,
        lambda a, b, c: a.T @ b.T + c,
        {"b": (5, 4), "c": (1, 5)},
        fixed=["a"],
        transA=1,
        transB=1,
    )
    yield gemm(
        "gemm_alpha_beta",
        13,
        (3, 4),
        None,
        lambda a, b, c: 0.5 * (a @ b) - 1.5 * c,
        {"b": (4, 5), "c": (5,)},
        alpha=0.5,
        beta=-1.5,
    )
    yield gemm(
        "gemm_scalar_bias", 13, (3, 4), None, lambda a, b, c: a @ b + c, {"b": (4, 5), "c": scalar(0.3)}
    )
    yield gemm(
        "gemm_column_bias",
        13,
        (3, 4),
        None,
        lambda a, b, c: a @ b + c,
        {"b": (4, 5), "c": (3, 1)},
        fixed=["a"],
    )
    yield gemm(
        "gemm_full_bias_input",
        13,
        (3, 4),
        None,
        lambda a, c, b: 2 * (a @ b) + 0.25 * c,
        {"b": (4, 5)},
        more={"c": (3, 5)},
        alpha=2.0,
        beta=0.25,
    )
    yield gemm(
        "gemm_all_inputs",
        13,
        (3, 4),
        (5, 4),
        lambda a, b, c: 1.25 * (a @ b.T) + c,
        more={"c": (5,)},
        fixed=["b", "c"],
        transB=1,
        alpha=1.25,
    )


def activations():
    def unary(name, kind, opset, function, shape=(3, 7), **attributes):
        return Case(
            name, opset, node(kind, ["x"], ["out"], **attributes), {"x": shape}, function, low=-3, high=3
        )

    yield unary("relu", "Relu", 13, torch.relu)
    yield unary("relu_images", "Relu", 11, torch.relu, (2, 3, 4, 5))
    yield unary("leakyrelu_default", "LeakyRelu", 11, lambda x: F.leaky_relu(x, 0.01))
    yield unary("leakyrelu_alpha", "LeakyRelu", 16, lambda x: F.leaky_relu(x, 0.3), alpha=0.3)
    yield unary("sigmoid", "Sigmoid", 13, torch.sigmoid)
    yield unary("tanh", "Tanh", 13, torch.tanh)
    yield unary("identity", "Identity", 13, lambda x: x * 1)
    yield unary("clip_attributes", "Clip", 10, lambda x: x.clamp(-1, 2), min=-1.0, max=2.0)

    def clip(name, names, function, constants, opset=13):
        return Case(
            name, opset, node("Clip", names, ["out"]), {"x": (3, 7)}, function, constants, low=-3, high=3
        )

    yield clip(
        "clip_both",
        ["x", "low", "high"],
        lambda x, a, b: x.clamp(a, b),
        {"low": scalar(-0.5), "high": scalar(1.25)},
        opset=11,
    )
    yield clip("clip_below", ["x", "const_low"], lambda x, a: x.clamp(min=a), {"const_low": scalar(0.0)})
    yield clip("clip_above", ["x", "", "high"], lambda x, b: x.clamp(max=b), {"high": scalar(0.8)})
    yield clip("clip_nothing", ["x"], lambda x: x * 1, {})

    for opset, kind, torch_function in [
        (11, "Softmax", F.softmax),
        (11, "LogSoftmax", F.log_softmax),
        (13, "Softmax", F.softmax),
        (13, "LogSoftmax", F.log_softmax),
    ]:
        for axis in (None, 0, 2, -1):
            if kind == "LogSoftmax" and axis == 2 or opset == 13 and axis == 2:
                axis = 1
            effective = axis if axis is not None else (1 if opset == 11 else -1)

            def function(x, f=torch_function, a=effective, old=opset == 11):
                return oracles.flattened(f, x, a) if old else f(x, dim=a)

            label = "default" if axis is None else "last" if axis == -1 else str(axis)
            attributes = {} if axis is None else {"axis": axis}
            fixed = ["x"] if axis == 0 else []
            yield Case(
                f"{kind.lower()}_{opset}_axis_{label}",
                opset,
                node(kind, ["x"], ["out"], **attributes),
                {"x": (3, 4, 2)},
                function,
                fixed=fixed,
                low=-3,
                high=3,
            )
    yield Case(
        "softmax_large_values",
        13,
        node("Softmax", ["x"], ["out"]),
        {"x": (3, 5)},
        lambda x: x.softmax(-1),
        low=-90,
        high=90,
    )
    yield Case(
        "dropout_attribute", 11, node("Dropout", ["x"], ["out"], ratio=0.4), {"x": (3, 5)}, lambda x: x * 1
    )
    yield Case(
        "dropout_input",
        13,
        node("Dropout", ["x", "ratio", "training"], ["out"]),
        {"x": (3, 5)},
        lambda x, *_: x * 1,
        {"ratio": scalar(0.4), "training": np.array(False)},
    )
    yield Case(
        "cast_float_to_float",
        13,
        node("Cast", ["x"], ["out"], to=TensorProto.FLOAT),
        {"x": (3, 4)},
        lambda x: x * 1,
    )
    yield Case(
        "cast_through_double",
        13,
        [
            node("Cast", ["x"], ["wide"], to=TensorProto.DOUBLE),
            node("Cast", ["wide"], ["out"], to=TensorProto.FLOAT),
        ],
        {"x": (3, 4)},
        lambda x: x * 1,
    )
    yield Case(
        "cast_integer_weights",
        13,
        [node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT), node("Mul", ["x", "wide"], ["out"])],
        {"x": (3, 4)},
        lambda x, w: x * w,
        {"w": ints(2, -3, 0, 5)},
    )


def cases():
    for family in (elementwise, products, activations):
        yield from family()

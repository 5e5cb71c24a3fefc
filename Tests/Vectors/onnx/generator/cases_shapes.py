"""Operators that arrange, extend or sum up."""

import math

import torch
from onnx import helper

from . import oracles
from .operators import Case, ints, scalar

node = helper.make_node


def shapes():
    def one(name, opset, operation, shape, function, constants=None, **options):
        return Case(name, opset, operation, {"x": shape}, function, constants, **options)

    x = (3, 2, 4, 5)
    for label, axis, attributes in [
        ("default", 1, {}),
        ("0", 0, {"axis": 0}),
        ("2", 2, {"axis": 2}),
        ("last", 3, {"axis": -1}),
        ("rank", 4, {"axis": 4}),
    ]:
        yield one(
            f"flatten_axis_{label}",
            11,
            node("Flatten", ["x"], ["out"], **attributes),
            x,
            lambda t, a=axis: t.reshape(math.prod(t.shape[:a]), -1),
            out=["rows", "columns"],
        )

    def reshape(name, target, result, opset=13, constant="shape", **options):
        return one(
            name,
            opset,
            node("Reshape", ["x", constant], ["out"]),
            x,
            lambda t, *_: t.reshape(result),
            {constant: ints(*target)},
            **options,
        )

    yield reshape("reshape_zero_and_rest", (0, -1), (3, 40))
    yield reshape("reshape_rest_first", (-1, 8, 5), (3, 8, 5), opset=11, constant="const_shape")
    yield reshape("reshape_zeros_between", (0, 0, -1), (3, 2, 20))
    yield reshape("reshape_more_axes", (0, 2, 2, 2, 5), (3, 2, 2, 2, 5))
    yield reshape("reshape_everything_flat", (-1,), (120,), out=["total"])

    yield one(
        "transpose_reversed",
        13,
        node("Transpose", ["x"], ["out"]),
        x,
        lambda t: t.permute(3, 2, 1, 0),
        out=[5, 4, 2, "N"],
    )
    yield one(
        "transpose_channels_last",
        13,
        node("Transpose", ["x"], ["out"], perm=[0, 2, 3, 1]),
        x,
        lambda t: t.permute(0, 2, 3, 1),
    )
    yield one(
        "transpose_cycle",
        11,
        node("Transpose", ["x"], ["out"], perm=[0, 3, 1, 2]),
        x,
        lambda t: t.permute(0, 3, 1, 2),
    )

    ones = (3, 1, 4, 1)
    yield one(
        "squeeze_attribute", 11, node("Squeeze", ["x"], ["out"], axes=[1, 3]), ones, lambda t: t.reshape(3, 4)
    )
    yield one(
        "squeeze_input",
        13,
        node("Squeeze", ["x", "axes"], ["out"]),
        ones,
        lambda t, *_: t.reshape(3, 1, 4),
        {"axes": ints(3)},
    )
    yield one(
        "squeeze_negative",
        13,
        node("Squeeze", ["x", "const_axes"], ["out"]),
        ones,
        lambda t, *_: t.reshape(3, 4, 1),
        {"const_axes": ints(-3)},
    )
    yield one(
        "squeeze_all", 13, node("Squeeze", ["x"], ["out"]), ones, lambda t: t.reshape(3, 4), fixed=["x"]
    )
    yield one(
        "unsqueeze_attribute",
        11,
        node("Unsqueeze", ["x"], ["out"], axes=[1, 3]),
        (3, 4),
        lambda t: t.reshape(3, 1, 4, 1),
    )
    yield one(
        "unsqueeze_input",
        13,
        node("Unsqueeze", ["x", "axes"], ["out"]),
        (3, 4),
        lambda t, *_: t.reshape(3, 1, 4),
        {"axes": ints(1)},
    )
    yield one(
        "unsqueeze_negative_unsorted",
        13,
        node("Unsqueeze", ["x", "const_axes"], ["out"]),
        (3, 4),
        lambda t, *_: t.reshape(3, 1, 4, 1),
        {"const_axes": ints(-1, 1)},
    )

    yield Case(
        "concat_channels",
        13,
        node("Concat", ["a", "b"], ["out"], axis=1),
        {"a": (2, 3, 4), "b": (2, 2, 4)},
        lambda a, b: torch.cat([a, b], 1),
    )
    yield Case(
        "concat_initializer_last_axis",
        11,
        node("Concat", ["a", "w"], ["out"], axis=-1),
        {"a": (3, 4)},
        lambda a, w: torch.cat([a, w], -1),
        {"w": (3, 2)},
        fixed=["a"],
    )
    yield Case(
        "concat_batch",
        13,
        node("Concat", ["a", "b"], ["out"], axis=0),
        {"a": (2, 4), "b": (3, 4)},
        lambda a, b: torch.cat([a, b], 0),
        fixed=["b"],
        out=["M", 4],
    )
    yield Case(
        "concat_one_twice",
        13,
        node("Concat", ["a", "b", "a"], ["out"], axis=1),
        {"a": (3, 2), "b": (3, 4)},
        lambda a, b: torch.cat([a, b, a], 1),
    )


def pads():
    x = (2, 3, 4, 5)

    def pad(name, opset, pads, mode=None, value=None, axes=None, shape=x, **options):
        names, constants = ["x", "pads"], {"pads": ints(*pads)}
        if value is not None or axes is not None:
            names.append("" if value is None else "value")
            constants |= {} if value is None else {"value": scalar(value)}
        if axes is not None:
            names.append("axes")
            constants["axes"] = ints(*axes)
        attributes = {} if mode is None else {"mode": mode}
        return Case(
            name,
            opset,
            node("Pad", names, ["out"], **attributes),
            {"x": shape},
            lambda t, *_: oracles.pad(t, pads, mode or "constant", value or 0.0, axes),
            constants,
            **options,
        )

    yield pad("pad_zeros", 13, [0, 0, 1, 2, 0, 0, 3, 0])
    yield pad("pad_constant", 11, [0, 1, 0, 2, 0, 0, 1, 1], "constant", 0.6)
    yield pad("pad_edge", 11, [0, 0, 2, 1, 0, 0, 1, 3], "edge")
    yield pad("pad_reflect", 11, [0, 0, 2, 1, 0, 0, 1, 3], "reflect")
    yield pad("pad_axes", 18, [1, 2, 0, 3], None, -0.4, [2, -1])
    yield pad("pad_axes_without_value", 18, [2, 1], None, None, [1])
    yield pad("pad_axes_reflect", 18, [1, 2], "reflect", None, [-2])
    yield pad("pad_axes_edge", 19, [1, 0, 2, 2], "edge", None, [3, 2])
    yield pad("pad_crop", 13, [0, 0, -1, 1, 0, 0, -1, -2], None, 0.0)
    yield pad("pad_batch_and_rows", 13, [1, 2, 0, 1], None, 0.5, shape=(3, 4), out=["M", 7])


def reductions():
    def reduce(name, kind, opset, function, axes=None, as_input=False, out=None, **attributes):
        names, constants = ["x"], {}
        if as_input:
            names.append("axes")
            constants["axes"] = ints(*axes)
        elif axes is not None:
            attributes["axes"] = axes
        return Case(
            name,
            opset,
            node(kind, names, ["out"], **attributes),
            {"x": (2, 3, 4, 5)},
            lambda t, *_: function(t),
            constants,
            out=out,
        )

    yield reduce("reducemean_attribute", "ReduceMean", 13, lambda t: t.mean((2, 3), keepdim=True), [2, 3])
    yield reduce(
        "reducemean_attribute_dropped", "ReduceMean", 11, lambda t: t.mean((1, 3)), [-1, 1], keepdims=0
    )
    yield reduce("reducemean_input", "ReduceMean", 18, lambda t: t.mean((2, 3), keepdim=True), [2, 3], True)
    yield reduce(
        "reducemean_input_dropped", "ReduceMean", 18, lambda t: t.mean((-1, -2)), [-1, -2], True, keepdims=0
    )
    yield reduce("reducemean_all", "ReduceMean", 13, lambda t: t.mean(), keepdims=0)
    yield reduce(
        "reducemean_all_kept", "ReduceMean", 18, lambda t: t.mean().reshape(1, 1, 1, 1), out=[1, 1, 1, 1]
    )
    yield reduce("reducemean_nothing", "ReduceMean", 18, lambda t: t * 1, noop_with_empty_axes=1)
    yield reduce("reducesum_attribute", "ReduceSum", 11, lambda t: t.sum(1, keepdim=True), [1])
    yield reduce("reducesum_attribute_dropped", "ReduceSum", 11, lambda t: t.sum((2, 3)), [2, 3], keepdims=0)
    yield reduce("reducesum_input", "ReduceSum", 13, lambda t: t.sum((1, 2), keepdim=True), [1, 2], True)
    yield reduce("reducesum_input_dropped", "ReduceSum", 13, lambda t: t.sum(-1), [-1], True, keepdims=0)
    yield reduce("reducesum_batch", "ReduceSum", 13, lambda t: t.sum(0), [0], True, keepdims=0, out=[3, 4, 5])
    yield reduce("reducesum_all", "ReduceSum", 13, lambda t: t.sum(), keepdims=0)


def cases():
    for family in (shapes, pads, reductions):
        yield from family()

"""Operators that slide a window over an image, or scale its channels. Uneven sizes: a swapped axis shows."""

from onnx import helper

from . import oracles
from .common import np
from .operators import Case

node = helper.make_node


def convolutions():
    def conv(name, x, w, bias=None, opset=11, **options):
        attributes = {
            "strides": options.get("strides"),
            "dilations": options.get("dilations"),
            "pads": options.get("pads"),
            "group": options.get("group"),
            "auto_pad": options.get("auto"),
            "kernel_shape": list(w[2:]) if options.pop("kernel_attribute", True) else None,
        }
        if options.get("auto") == "VALID":
            options.pop("auto")
        attributes = {key: value for key, value in attributes.items() if value is not None}
        constants = {"w": w} | ({"b": bias} if bias else {})
        return Case(
            name,
            opset,
            node("Conv", ["x", "w"] + (["b"] if bias else []), ["out"], **attributes),
            {"x": x},
            lambda x, w, b=None: oracles.convolution(x, w, b, **options),
            constants,
        )

    yield conv("conv1d", (2, 3, 9), (4, 3, 3), (4,))
    yield conv("conv1d_stride_dilation", (2, 2, 13), (3, 2, 3), (3,), strides=[2], dilations=[2], pads=[1, 2])
    yield conv("conv1d_depthwise", (2, 3, 8), (3, 1, 4), group=3)
    yield conv("conv2d", (2, 3, 6, 5), (4, 3, 3, 2))
    yield conv(
        "conv2d_bias_without_kernel_attribute", (2, 3, 6, 5), (4, 3, 3, 3), (4,), kernel_attribute=False
    )
    yield conv("conv2d_one_by_one", (2, 3, 4, 5), (6, 3, 1, 1), (6,))
    yield conv("conv2d_one_by_one_stride", (2, 3, 5, 6), (4, 3, 1, 1), (4,), strides=[2, 3])
    yield conv("conv2d_stride_padding", (2, 2, 7, 8), (3, 2, 3, 3), (3,), strides=[2, 2], pads=[1, 1, 1, 1])
    yield conv(
        "conv2d_uneven_everything",
        (2, 2, 9, 8),
        (3, 2, 3, 2),
        (3,),
        strides=[2, 1],
        dilations=[1, 3],
        pads=[0, 1, 2, 3],
    )
    yield conv("conv2d_padding_wider_than_kernel", (2, 1, 3, 3), (2, 1, 2, 2), pads=[3, 2, 1, 4])
    yield conv("conv2d_groups", (2, 4, 6, 6), (6, 2, 3, 3), (6,), group=2, pads=[1, 1, 1, 1])
    yield conv("conv2d_depthwise", (2, 3, 6, 5), (3, 1, 3, 3), (3,), group=3, pads=[1, 1, 1, 1])
    yield conv("conv2d_depthwise_multiplier", (2, 3, 7, 6), (6, 1, 3, 3), (6,), group=3, strides=[2, 2])
    yield conv("conv2d_dilated", (2, 2, 9, 9), (3, 2, 3, 3), (3,), dilations=[2, 3], pads=[2, 3, 2, 3])
    yield conv(
        "conv2d_groups_dilated_stride",
        (2, 4, 9, 8),
        (4, 2, 3, 3),
        group=2,
        dilations=[2, 2],
        strides=[2, 1],
        pads=[1, 0, 2, 1],
    )
    yield conv("conv2d_same_upper", (2, 2, 6, 7), (3, 2, 4, 3), (3,), auto="SAME_UPPER", strides=[2, 2])
    yield conv("conv2d_same_lower", (2, 2, 6, 7), (3, 2, 4, 3), (3,), auto="SAME_LOWER", strides=[2, 2])
    yield conv("conv2d_same_upper_even_kernel", (2, 2, 5, 5), (3, 2, 2, 2), auto="SAME_UPPER")
    yield conv("conv2d_same_lower_even_kernel", (2, 2, 5, 5), (3, 2, 2, 2), auto="SAME_LOWER")
    yield conv("conv2d_valid", (2, 2, 6, 7), (3, 2, 3, 3), (3,), auto="VALID", strides=[2, 2])
    yield conv("conv3d", (2, 2, 4, 5, 4), (3, 2, 2, 3, 2), (3,))
    yield conv(
        "conv3d_groups_stride_padding",
        (1, 4, 5, 4, 5),
        (4, 2, 3, 2, 3),
        (4,),
        group=2,
        strides=[2, 1, 2],
        pads=[1, 0, 1, 1, 1, 0],
    )
    yield Case(
        "conv2d_weights_as_inputs",
        11,
        node("Conv", ["x", "w", "b"], ["out"], pads=[1, 1, 1, 1]),
        {"x": (2, 2, 5, 4), "w": (3, 2, 3, 3), "b": (3,)},
        lambda x, w, b: oracles.convolution(x, w, b, pads=[1, 1, 1, 1]),
        fixed=["w", "b"],
    )


def pools():
    def pool(name, kind, x, kernel, opset=12, **options):
        rename = {"include": "count_include_pad", "ceil": "ceil_mode", "auto": "auto_pad"}
        attributes = {rename.get(k, k): int(v) if isinstance(v, bool) else v for k, v in options.items()}
        if options.get("auto") == "VALID":
            options.pop("auto")
        function = oracles.max_pool if kind == "MaxPool" else oracles.average_pool
        return Case(
            name,
            opset,
            node(kind, ["x"], ["out"], kernel_shape=kernel, **attributes),
            {"x": x},
            lambda x: function(x, kernel, **options),
        )

    image = (2, 3, 7, 6)
    yield pool("maxpool", "MaxPool", (2, 3, 6, 8), [2, 2], strides=[2, 2])
    yield pool("maxpool_default_stride", "MaxPool", image, [3, 2])
    yield pool("maxpool_overlap_padding", "MaxPool", image, [3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    yield pool("maxpool_uneven_padding", "MaxPool", image, [3, 2], strides=[2, 1], pads=[0, 1, 2, 0])
    yield pool("maxpool_ceil", "MaxPool", image, [3, 3], strides=[2, 2], ceil=True)
    yield pool(
        "maxpool_ceil_padding", "MaxPool", (2, 2, 6, 5), [2, 3], strides=[3, 2], pads=[1, 1, 1, 1], ceil=True
    )
    yield pool("maxpool_dilated", "MaxPool", (2, 2, 9, 8), [3, 2], strides=[1, 2], dilations=[2, 3])
    yield pool("maxpool_same_upper", "MaxPool", image, [2, 3], strides=[2, 2], auto="SAME_UPPER")
    yield pool("maxpool_same_lower", "MaxPool", image, [2, 3], strides=[2, 2], auto="SAME_LOWER")
    yield pool("maxpool_valid", "MaxPool", image, [2, 3], strides=[2, 2], auto="VALID")
    yield pool("maxpool_1d", "MaxPool", (2, 3, 9), [3], strides=[2], pads=[1, 0])
    yield pool("maxpool_3d", "MaxPool", (2, 2, 4, 5, 4), [2, 2, 3], strides=[2, 2, 1])
    yield pool("averagepool", "AveragePool", (2, 3, 6, 8), [2, 2], opset=11, strides=[2, 2])
    yield pool("averagepool_overlap", "AveragePool", image, [3, 2], opset=11)
    yield pool(
        "averagepool_padding_excluded",
        "AveragePool",
        image,
        [3, 3],
        opset=11,
        strides=[2, 2],
        pads=[1, 1, 1, 1],
    )
    yield pool(
        "averagepool_padding_included",
        "AveragePool",
        image,
        [3, 3],
        opset=11,
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        include=True,
    )
    yield pool(
        "averagepool_uneven_excluded",
        "AveragePool",
        image,
        [3, 2],
        opset=11,
        strides=[2, 1],
        pads=[0, 1, 2, 0],
    )
    yield pool(
        "averagepool_uneven_included",
        "AveragePool",
        image,
        [3, 2],
        opset=11,
        strides=[2, 1],
        pads=[0, 1, 2, 0],
        include=True,
    )
    yield pool(
        "averagepool_ceil_excluded", "AveragePool", (2, 2, 6, 6), [3, 3], opset=19, strides=[2, 2], ceil=True
    )
    yield pool(
        "averagepool_ceil_included",
        "AveragePool",
        (2, 2, 6, 6),
        [3, 3],
        opset=19,
        strides=[2, 2],
        ceil=True,
        include=True,
    )
    yield pool(
        "averagepool_ceil_padding_included",
        "AveragePool",
        (2, 2, 6, 6),
        [3, 3],
        opset=19,
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        ceil=True,
        include=True,
    )
    yield pool(
        "averagepool_ceil_padding_excluded",
        "AveragePool",
        (2, 2, 6, 6),
        [3, 3],
        opset=19,
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        ceil=True,
    )
    yield pool("averagepool_dilated", "AveragePool", (2, 2, 8, 7), [2, 3], opset=19, dilations=[3, 2])
    yield pool(
        "averagepool_same_upper", "AveragePool", image, [2, 3], opset=11, strides=[2, 2], auto="SAME_UPPER"
    )
    yield pool(
        "averagepool_same_lower", "AveragePool", image, [2, 3], opset=11, strides=[2, 2], auto="SAME_LOWER"
    )
    yield pool("averagepool_1d", "AveragePool", (2, 3, 9), [3], opset=11, strides=[2], pads=[1, 1])
    yield pool("averagepool_3d", "AveragePool", (2, 2, 4, 5, 4), [2, 2, 3], opset=11, strides=[2, 2, 1])

    def overall(name, shape):
        return Case(
            name,
            13,
            node("GlobalAveragePool", ["x"], ["out"]),
            {"x": shape},
            lambda x: x.mean(tuple(range(2, x.ndim)), keepdim=True),
        )

    yield overall("globalaveragepool", (2, 3, 4, 5))
    yield overall("globalaveragepool_1d", (2, 3, 5))
    yield overall("globalaveragepool_3d", (2, 3, 2, 3, 4))


def normalisations():
    statistics = {"mean": (4,), "variance": np.array([0.3, 1.7, 0.9, 2.4], np.float32)}
    parameters = {"scale": (4,), "bias": (4,)} | statistics
    names = ["x", "scale", "bias", "mean", "variance"]
    for name, opset, shape, epsilon in [
        ("batchnormalization", 15, (2, 4, 3, 5), None),
        ("batchnormalization_epsilon", 11, (2, 4, 3, 3), 1e-2),
        ("batchnormalization_rows", 14, (3, 4), None),
        ("batchnormalization_1d", 13, (3, 4, 5), 1e-3),
    ]:
        attributes = {} if epsilon is None else {"epsilon": epsilon, "momentum": 0.8}
        yield Case(
            name,
            opset,
            node("BatchNormalization", names, ["out"], **attributes),
            {"x": shape},
            lambda *a, e=epsilon or 1e-5: oracles.normalise(*a, epsilon=e),
            dict(parameters),
        )
    yield Case(
        "batchnormalization_scale_bias_inputs",
        15,
        node("BatchNormalization", names, ["out"]),
        {"x": (2, 4, 3, 2), "scale": (4,), "bias": (4,)},
        oracles.normalise,
        dict(statistics),
        fixed=["scale", "bias"],
    )


def cases():
    for family in (convolutions, pools, normalisations):
        yield from family()

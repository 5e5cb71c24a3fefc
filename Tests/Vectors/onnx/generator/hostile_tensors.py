"""Weights that lie about their size, hold no numbers, or point outside the folder."""

from onnx import TensorProto, helper, numpy_helper

from .common import np
from .hostile import LEAST, MOST, base, floats, model

node = helper.make_node


def with_weight(**fields):
    """The valid model with its first weight (4 x 6 floats in raw_data) changed field by field."""
    broken = base()
    weight = broken.graph.initializer[0]
    for name, value in fields.items():
        weight.ClearField(name)
        if isinstance(value, (list, tuple)):
            getattr(weight, name).extend(value)
        elif value is not None:
            setattr(weight, name, value)
    return broken


def sizes():
    data = base().graph.initializer[0].raw_data
    numbers = np.frombuffer(data, np.float32).tolist()
    yield "weight-data-short", with_weight(raw_data=data[:-4]), "tensor size mismatch: too little data"
    yield "weight-data-long", with_weight(raw_data=data + data[:4]), "tensor size mismatch: too much data"
    yield "weight-data-uneven", with_weight(raw_data=data[:-1]), "tensor size mismatch: not whole elements"
    yield "weight-data-missing", with_weight(raw_data=None), "tensor size mismatch: no data"
    yield "weight-float-data-short", with_weight(
        raw_data=None, float_data=numbers[:-1]
    ), "tensor size mismatch: too little data"
    yield "weight-data-in-wrong-field", with_weight(
        raw_data=None, int64_data=[1] * 24
    ), "tensor size mismatch: no data of its type"
    yield "weight-data-twice", with_weight(float_data=numbers[:5]), "tensor size mismatch: two data fields"
    yield "weight-dims-disagree", with_weight(dims=[5, 6]), "tensor size mismatch: too little data"
    yield "weight-dims-overflow", with_weight(dims=[2**31] * 4, raw_data=data[:16]), "size overflow"
    yield "weight-dims-overflow-to-zero", with_weight(dims=[2**32, 2**32], raw_data=None), "size overflow"
    # An odd a and b with a * b = 24 modulo 2^64: wrapping arithmetic finds nothing amiss.
    odd = next(k for k in range(2**33 + 1, 2**34, 2) if pow(k, -1, 2**64) * 24 % 2**64 < 2**63)
    yield "weight-dims-overflow-to-the-right-size", with_weight(
        dims=[odd, pow(odd, -1, 2**64) * 24 % 2**64]
    ), "size overflow"
    yield "weight-dims-overflow-in-bytes", with_weight(dims=[2**62 + 6, 4]), "size overflow"
    yield "weight-dims-overflow-before-a-zero", with_weight(
        dims=[2**40, 2**40, 0], raw_data=None
    ), "size overflow, or shape mismatch"
    yield "weight-dims-negative", with_weight(dims=[-4, 6]), "negative dimension"
    yield "weight-dims-both-negative", with_weight(dims=[-4, -6]), "negative dimension"
    yield "weight-dims-least", with_weight(dims=[LEAST, 2]), "negative dimension"
    yield "weight-enormous-without-data", with_weight(
        dims=[100_000, 100_000], raw_data=None
    ), "too large, or tensor size mismatch: no data"
    yield "weight-many-dims", with_weight(dims=[1] * 2000 + [4, 6]), "shape mismatch: 2002 axes"
    yield "weight-of-unknown-type", with_weight(data_type=99), "unsupported type: unknown element type"
    yield "weight-of-undefined-type", with_weight(data_type=0), "unsupported type: undefined element type"
    yield "weight-of-strings", with_weight(
        data_type=TensorProto.STRING, raw_data=None, string_data=[b"1"] * 24
    ), "unsupported type: string weights"
    half = with_weight(
        name="w1.half",
        data_type=TensorProto.FLOAT16,
        raw_data=None,
        int32_data=[70_000] + [int(bits) for bits in np.array(numbers[1:], np.float16).view(np.uint16)],
    )
    half.graph.node.insert(0, node("Cast", ["w1.half"], ["w1"], to=TensorProto.FLOAT))
    yield "weight-half-bits-out-of-range", half, "tensor value out of range: more than 16 bits"
    segmented = with_weight(raw_data=data[:48])
    segmented.graph.initializer[0].segment.begin, segmented.graph.initializer[0].segment.end = 0, 12
    yield "weight-in-segments", segmented, "unsupported type: segmented tensor, or too little data"
    sparse = base()
    dense = sparse.graph.initializer.pop(0)
    some = helper.make_tensor("w1", TensorProto.FLOAT, [1], [0.5])
    sparse.graph.sparse_initializer.append(
        helper.make_sparse_tensor(some, helper.make_tensor("i", TensorProto.INT64, [1], [2**40]), dense.dims)
    )
    yield "weight-sparse-index-outside", sparse, "unsupported type: sparse tensor, or index out of range"


def not_numbers():
    for label, value in [("nan", np.nan), ("infinity", np.inf), ("minus-infinity", -np.inf)]:
        numbers = np.frombuffer(base().graph.initializer[0].raw_data, np.float32).copy()
        numbers[17] = value
        yield f"weight-{label}", with_weight(raw_data=numbers.tobytes()), "non-finite weight: w1"
    yield "weight-nan-in-float-data", with_weight(
        raw_data=None, float_data=numbers[:-1].tolist() + [float("nan")]
    ), "non-finite weight: w1"
    cast = base()
    cast.graph.initializer[3].CopyFrom(numpy_helper.from_array(np.array([1e300, 0, 0]), "b2.wide"))
    cast.graph.node.insert(0, node("Cast", ["b2.wide"], ["b2"], to=TensorProto.FLOAT))
    yield "weight-double-beyond-float", cast, "non-finite weight: b2"
    half = base()
    half.graph.initializer[3].CopyFrom(
        numpy_helper.from_array(np.array([np.inf, 0, 0], np.float16), "b2.half")
    )
    half.graph.node.insert(0, node("Cast", ["b2.half"], ["b2"], to=TensorProto.FLOAT))
    yield "weight-infinite-half", half, "non-finite weight: b2"
    constant = base()
    constant.graph.initializer.pop(3)
    tensor = numpy_helper.from_array(np.array([0, np.nan, 0], np.float32))
    constant.graph.node.insert(0, node("Constant", [], ["b2"], value=tensor))
    yield "constant-nan", constant, "non-finite weight: b2"
    slope = base()
    slope.graph.node[1].CopyFrom(node("LeakyRelu", ["hidden"], ["active"], alpha=float("nan")))
    yield "attribute-nan", slope, "non-finite attribute: alpha"
    statistics = [
        floats("scale", 4),
        floats("bias", 4),
        floats("mean", 4),
        numpy_helper.from_array(np.array([1, -2, 1, 1], np.float32), "variance"),
    ]
    yield "variance-negative", model(
        [
            node("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], ["y"]),
            node("MatMul", ["y", "w"], ["logits"]),
        ],
        [*statistics, floats("w", 4, 3)],
    ), "negative variance, or non-finite weight"


def outside():
    def stored(location, offset=None, length=None, key="location"):
        broken = base()
        weight = broken.graph.initializer[0]
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        for name, value in [(key, location), ("offset", offset), ("length", length)]:
            if value is not None:
                weight.external_data.add(key=name, value=str(value))
        return broken

    escape = "external data outside the model's folder"
    yield "external-parent", stored("../../etc/passwd", 0, 96), escape
    yield "external-many-parents", stored("../" * 20 + "etc/passwd", 0, 96), escape
    yield "external-absolute", stored("/etc/passwd", 0, 96), escape
    yield "external-device", stored("/dev/zero", 0, 96), escape
    yield "external-parent-that-exists", stored("../torch-external-data/weights.bin", 0, 96), escape
    yield "external-parent-after-folder", stored("sub/../../torch-external-data/weights.bin", 0, 96), escape
    yield "external-url", stored(
        "file:///etc/passwd", 0, 96
    ), "external data missing, or outside the model's folder"
    yield "external-backslashes", stored(
        "..\\..\\etc\\passwd", 0, 96
    ), "external data missing, or outside the model's folder"
    yield "external-zero-byte", stored(
        "weights.bin\0.txt", 0, 96
    ), "external data missing, or outside the model's folder"
    yield "external-missing", stored("nowhere.bin", 0, 96), "external data missing"
    yield "external-is-the-folder", stored(".", 0, 96), "external data missing, or outside the model's folder"
    yield "external-empty-location", stored("", 0, 96), "external data missing, or outside the model's folder"
    yield "external-without-location", stored("weights.bin", 0, 96, key="place"), "external data missing"
    beyond = "external data range beyond the file"
    yield "external-offset-beyond", stored("weights.bin", 4096, 96), beyond
    yield "external-length-beyond", stored("weights.bin", 4, 96), beyond
    yield "external-offset-enormous", stored("weights.bin", MOST, 96), beyond
    yield "external-offset-and-length-overflow", stored("weights.bin", MOST, MOST), beyond
    yield "external-offset-negative", stored("weights.bin", -4, 96), beyond
    yield "external-length-negative", stored("weights.bin", 0, -96), beyond
    yield "external-offset-beyond-64-bits", stored(
        "weights.bin", 2**80, 96
    ), "external data range is no number"
    yield "external-offset-not-a-number", stored(
        "weights.bin", "twelve", 96
    ), "external data range is no number"
    yield "external-length-too-short", stored("weights.bin", 0, 92), "tensor size mismatch: too little data"
    large = stored("weights.bin")
    large.graph.initializer[0].dims[:] = [100_000, 100_000]
    yield "external-enormous", large, "external data range beyond the file, or too large"


def files():
    for family in (sizes, not_numbers, outside):
        yield from family()

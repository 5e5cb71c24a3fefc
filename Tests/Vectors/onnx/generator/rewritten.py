"""Classifiers whose weights are stored in the less common ways: half and double precision, typed fields."""

import torch
from onnx import TensorProto, helper, numpy_helper

from . import models
from .common import fresh_folder, np, onnx
from .networks import ConvolutionalNet, lifelike, mlp


def half_precision_weights():
    """Float16 initialisers, each behind a Cast to float32, as weight-compressing tools write them."""
    network = lifelike(ConvolutionalNet(batch_norm=False, flatten=True), 21)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())
    x, y = models.inputs((1, 12, 12), 21), models.labels(10, 21)
    folder = fresh_folder("torch-fp16-weights")
    path = folder / "model.onnx"
    models.legacy(network, torch.tensor(x[:2]), path, 13)
    model = onnx.load(path)
    casts = []
    for index, initializer in enumerate(list(model.graph.initializer)):
        values = numpy_helper.to_array(initializer)
        halves = values.astype(np.float16)
        assert np.array_equal(halves.astype(np.float32), values)
        stored = f"{initializer.name}.half"
        if index % 2 == 0:
            small = numpy_helper.from_array(halves, stored)
        else:  # the other place the format allows: the 16 bits of each value in int32_data
            small = TensorProto(name=stored, data_type=TensorProto.FLOAT16, dims=list(values.shape))
            small.int32_data.extend(int(bits) for bits in halves.reshape(-1).view(np.uint16))
        casts.append(helper.make_node("Cast", [stored], [initializer.name], to=TensorProto.FLOAT))
        model.graph.initializer.remove(initializer)
        model.graph.initializer.append(small)
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, path)
    models.finish("torch-fp16-weights", folder, network, x, y)


def double_precision():
    """Everything, input included, in float64."""
    network = mlp(seed=22).double()
    x, y = models.inputs((16,), 22), models.labels(10, 22)
    folder = fresh_folder("torch-double")
    models.legacy(network, torch.tensor(x[:2]).double(), folder / "model.onnx", 13)
    models.finish("torch-double", folder, network, x, y, dtype=np.float64)


def typed_fields():
    """Initialisers in float_data, double_data, int64_data, also listed as graph inputs, as IR version 3 asks."""
    network = mlp((12, 9, 7), seed=23)
    x, y = models.inputs((3, 4), 23), models.labels(7, 23)
    scale = np.random.default_rng(23).uniform(0.5, 1.5, (12,))
    first, second = network[0], network[2]

    def tensor(name, kind, values):
        return helper.make_tensor(name, kind, values.shape, values.reshape(-1).tolist(), raw=False)

    weights = [
        tensor("flat", TensorProto.INT64, np.array([0, -1], np.int64)),
        tensor("scale", TensorProto.DOUBLE, scale),
        tensor("first.weight", TensorProto.FLOAT, first.weight.numpy(force=True)),
        tensor("first.bias", TensorProto.FLOAT, first.bias.numpy(force=True)),
        tensor("second.weight", TensorProto.FLOAT, second.weight.numpy(force=True).T.copy()),
        tensor("second.bias", TensorProto.FLOAT, second.bias.numpy(force=True)),
    ]
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("Cast", ["scale"], ["scale32"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["rows", "scale32"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "first.weight", "first.bias"], ["hidden"], transB=1),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("MatMul", ["active", "second.weight"], ["product"]),
        helper.make_node("Add", ["product", "second.bias"], ["logits"]),
    ]
    values = helper.make_tensor_value_info
    listed = [values(w.name, w.data_type, list(w.dims)) for w in weights]
    graph = helper.make_graph(
        nodes,
        "typed",
        [values("x", TensorProto.FLOAT, ["N", 3, 4]), *listed],
        [values("logits", TensorProto.FLOAT, ["N", 7])],
        weights,
    )
    model = helper.make_model(
        graph, ir_version=3, opset_imports=[helper.make_opsetid("", 11)], producer_name="typed"
    )
    assert all(not w.raw_data for w in model.graph.initializer)

    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = network
            # ONNX casts the scale to 32 bits before use.
            self.register_buffer("scale", torch.tensor(scale).float())

        def forward(self, points):
            return self.body(points.flatten(1) * self.scale)

    folder = fresh_folder("typed-fields")
    onnx.save(model, folder / "model.onnx")
    models.finish("typed-fields", folder, Scaled().eval(), x, y)


def make():
    half_precision_weights()
    double_precision()
    typed_fields()

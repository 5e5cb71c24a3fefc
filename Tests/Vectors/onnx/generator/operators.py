"""One operator per file: its output from ONNX Runtime, its vector-Jacobian product from PyTorch."""

import hashlib
import itertools

import onnx.reference
from onnx import TensorProto, helper, numpy_helper

from .common import check_no_local_paths, close, fresh_folder, np, onnx, run, save_arrays, torch

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def ints(*values):
    return np.array(values, np.int64)


def scalar(value):
    return np.array(value, np.float32)


class Case:
    """A graph of one node (rarely two), its runtime inputs and the same function in torch."""

    def __init__(
        self, name, opset, nodes, inputs, function, constants=None, *, fixed=(), out=None, low=-1.5, high=1.5
    ):
        self.name, self.opset, self.function, self.out = name, opset, function, out
        self.nodes = nodes if isinstance(nodes, list) else [nodes]
        self.fixed = set(fixed)  # inputs whose first dimension is not the batch
        seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
        self.generator = np.random.default_rng(seed)
        self.inputs = {
            n: self.generator.uniform(low, high, shape).astype(np.float32) for n, shape in inputs.items()
        }
        self.constants = constants or {}

    def weights(self):
        """Constants given as a shape become random weights; the tensors themselves are kept."""
        for name, value in self.constants.items():
            if isinstance(value, tuple):
                self.constants[name] = self.generator.uniform(-1, 1, value).astype(np.float32)
        return self.constants

    def model(self, output_shape):
        used = [name for node in self.nodes for name in node.input]
        as_nodes = [name for name in self.weights() if name.startswith("const_")]
        leading = [
            helper.make_node(
                "Constant", [], [name], value=numpy_helper.from_array(self.constants[name], name)
            )
            for name in as_nodes
        ]
        initializers = [
            numpy_helper.from_array(value, name)
            for name, value in self.constants.items()
            if name in used and name not in as_nodes
        ]
        listed = []
        for name, array in self.inputs.items():
            shape = list(array.shape)
            if shape and name not in self.fixed:
                shape[0] = "N"
            listed.append(helper.make_tensor_value_info(name, FLOAT, shape))
        outputs = [helper.make_tensor_value_info("out", FLOAT, output_shape)]
        graph = helper.make_graph(leading + self.nodes, self.name, listed, outputs, initializers)
        return helper.make_model(
            graph,
            ir_version=ir_version(self.opset),
            opset_imports=[helper.make_opsetid("", self.opset)],
            producer_name="vectors",
        )


def ir_version(opset):
    return {10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 22: 10}[opset]


def evaluate(case, dtype):
    points = {n: torch.tensor(a, dtype=dtype, requires_grad=True) for n, a in case.inputs.items()}
    weights = {
        n: torch.tensor(a, dtype=dtype) if a.dtype == np.float32 else torch.tensor(a)
        for n, a in case.weights().items()
    }
    return points, case.function(*points.values(), *weights.values())


def make():
    from . import cases_arithmetic, cases_shapes, cases_windows

    folder = fresh_folder("operators")
    arrays, refused, names = {}, [], set()
    families = (cases_arithmetic, cases_windows, cases_shapes)
    for case in itertools.chain.from_iterable(family.cases() for family in families):
        assert case.name not in names, case.name
        names.add(case.name)
        points, expected = evaluate(case, torch.float64)
        shape = list(expected.shape)
        if case.out:
            shape = case.out
        elif shape and set(case.inputs) - case.fixed:
            shape[0] = "N"
        model = case.model(shape)
        onnx.checker.check_model(model, full_check=True)
        content = model.SerializeToString()
        (folder / f"{case.name}.onnx").write_bytes(content)
        try:
            (answer,) = run(content, list(case.inputs.values()))
        except Exception as problem:  # the specification's own evaluator then speaks alone
            refused.append(f"{case.name}: ONNX Runtime says {str(problem).splitlines()[0][:120]}")
            answer = None
        try:
            specified = onnx.reference.ReferenceEvaluator(model).run(None, case.inputs)[0]
        except Exception as problem:
            specified = None
            refused.append(f"{case.name}: onnx.reference says {str(problem).splitlines()[0][:120]}")
        dynamic = [n for n, a in case.inputs.items() if a.ndim and n not in case.fixed]
        if dynamic and answer is not None:  # the batch really is free
            longer = {n: np.concatenate([a, a[:1]]) if n in dynamic else a for n, a in case.inputs.items()}
            run(content, list(longer.values()))
        opinions = [np.asarray(a, np.float32) for a in (answer, specified) if a is not None]
        for opinion in opinions:
            try:
                close(opinion, expected.detach().numpy(), 3e-6, case.name)
            except AssertionError as problem:
                who = "ONNX Runtime" if opinion is opinions[0] and answer is not None else "onnx.reference"
                refused.append(f"{who} disagrees with torch: {problem}")
                assert who != "ONNX Runtime", problem
        seed = case.generator.uniform(-1, 1, tuple(expected.shape)).astype(np.float32)
        for index, value in enumerate(case.inputs.values()):
            arrays[f"{case.name}/in{index}"] = value
        arrays[f"{case.name}/out0"] = opinions[0]
        arrays[f"{case.name}/seed"] = seed
        gradients = torch.autograd.grad(
            expected, list(points.values()), torch.tensor(seed, dtype=torch.float64)
        )
        for index, gradient in enumerate(gradients):
            arrays[f"{case.name}/grad{index}"] = gradient.numpy().astype(np.float32)
    save_arrays(folder / "expected.npz", arrays)
    check_no_local_paths()
    print(f"operators: {len(names)} cases, {len(arrays)} arrays")
    print("\n".join(refused))

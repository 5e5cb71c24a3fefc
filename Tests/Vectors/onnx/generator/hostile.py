"""Files that must be refused. Each is one change away from a small valid model."""

from onnx import TensorProto, helper, numpy_helper

from .common import check_no_local_paths, fresh_folder, np, run

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
LEAST, MOST = -(2**63), 2**63 - 1


def values(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def floats(name, *shape):
    seeded = np.random.default_rng(len(name) + sum(shape))
    return numpy_helper.from_array(seeded.uniform(-1, 1, shape).astype(np.float32), name)


def integers(name, *numbers):
    return numpy_helper.from_array(np.array(numbers, np.int64), name)


def model(nodes, weights=(), inputs=None, outputs=None, opset=13, imports=None, **more):
    """x [N, 4] to logits, unless said otherwise."""
    graph = helper.make_graph(
        nodes,
        "bad",
        [values("x", ["N", 4])] if inputs is None else inputs,
        [values("logits", ["N", 3])] if outputs is None else outputs,
        list(weights),
        **more,
    )
    return helper.make_model(
        graph,
        ir_version=8,
        producer_name="vectors",
        opset_imports=imports if imports is not None else [helper.make_opsetid("", opset)],
    )


def base():
    """The valid model: 4 inputs, 6 hidden units, 3 logits."""
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["hidden"], name="first"),
        helper.make_node("Relu", ["hidden"], ["active"], name="activation"),
        helper.make_node("Gemm", ["active", "w2", "b2"], ["logits"], name="second"),
    ]
    return model(nodes, [floats("w1", 4, 6), floats("b1", 6), floats("w2", 6, 3), floats("b2", 3)])


def changed(change):
    """The valid model after `change` has had its way with it."""
    broken = base()
    change(broken)
    return broken


def make():
    from . import hostile_bytes, hostile_classical, hostile_graphs, hostile_operators, hostile_tensors

    run(base().SerializeToString(), [np.zeros((2, 4), np.float32)])
    folder = fresh_folder("bad")
    rows = {}
    for module in (hostile_bytes, hostile_graphs, hostile_tensors, hostile_operators, hostile_classical):
        for name, content, expectation in module.files():
            if not isinstance(content, bytes):
                content = content.SerializeToString()
            assert f"{name}.onnx" not in rows and "\t" not in expectation
            rows[f"{name}.onnx"] = expectation
            (folder / f"{name}.onnx").write_bytes(content)
    (folder / "weights.bin").write_bytes(
        np.random.default_rng(7).uniform(-1, 1, 24).astype(np.float32).tobytes()
    )
    (folder / "expect.txt").write_text("".join(f"{name}\t{why}\n" for name, why in sorted(rows.items())))
    check_no_local_paths()
    print(f"bad: {len(rows)} files")

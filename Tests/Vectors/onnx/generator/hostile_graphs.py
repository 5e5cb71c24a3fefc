"""Graphs whose wiring, interface, operators or versions are wrong."""

from onnx import TensorProto, helper

from .hostile import FLOAT, INT64, base, changed, floats, integers, model, values

node = helper.make_node


def wired(*nodes, weights=(), **options):
    return model(list(nodes), weights, **options)


def renamed(part, index, where, name):
    """The valid model with one input or output of one node renamed."""
    broken = base()
    getattr(broken.graph.node[index], where)[part] = name
    return broken


def wiring():
    w = floats("w", 4, 3)
    yield "cycle-of-two", wired(
        node("Add", ["x", "b"], ["a"]),
        node("Relu", ["a"], ["b"]),
        node("MatMul", ["b", "w"], ["logits"]),
        weights=[w],
    ), "cycle"
    yield "cycle-of-three-beside-the-output", wired(
        node("MatMul", ["x", "w"], ["logits"]),
        node("Relu", ["c"], ["a"]),
        node("Tanh", ["a"], ["b"]),
        node("Add", ["b", "x"], ["c"]),
        weights=[w],
    ), "cycle"
    yield "cycle-of-one", wired(
        node("Add", ["x", "a"], ["a"]), node("MatMul", ["a", "w"], ["logits"]), weights=[w]
    ), "cycle"
    yield "duplicate-output", renamed(0, 1, "output", "hidden"), "duplicate name: a value is produced twice"
    yield "duplicate-graph-output-producer", changed(
        lambda m: m.graph.node.append(node("Relu", ["hidden"], ["logits"]))
    ), "duplicate name: a value is produced twice"
    yield "output-named-like-weight", renamed(
        0, 1, "output", "w1"
    ), "duplicate name: a node produces a weight's name"
    yield "output-named-like-input", renamed(
        0, 1, "output", "x"
    ), "duplicate name: a node produces the input's name"
    yield "duplicate-weight", changed(
        lambda m: m.graph.initializer.append(floats("w1", 4, 6))
    ), "duplicate name: two initializers"
    yield "missing-input", renamed(0, 1, "input", "nowhere"), "missing value: no node produces an input"
    yield "missing-weight", changed(
        lambda m: m.graph.initializer.pop(2)
    ), "missing value: no node produces an input"
    yield "missing-output", changed(
        lambda m: setattr(m.graph.output[0], "name", "nowhere")
    ), "missing value: no node produces the graph's output"
    yield "required-input-left-empty", renamed(0, 0, "input", ""), "missing value: a required input is empty"
    yield "too-few-inputs", changed(
        lambda m: m.graph.node[2].input.pop() and m.graph.node[2].input.pop()
    ), "wrong number of inputs"
    yield "too-many-inputs", changed(
        lambda m: m.graph.node[1].input.extend(["hidden"] * 40)
    ), "wrong number of inputs"
    yield "no-inputs-to-node", changed(
        lambda m: m.graph.node[1].ClearField("input")
    ), "wrong number of inputs"
    yield "no-outputs-of-node", changed(
        lambda m: m.graph.node[2].ClearField("output")
    ), "wrong number of outputs, or missing value"
    yield "node-without-operator", changed(
        lambda m: m.graph.node[1].ClearField("op_type")
    ), "unsupported operator: no name"


def interface():
    yield "no-outputs", changed(lambda m: m.graph.ClearField("output")), "no output"
    yield "no-inputs", changed(lambda m: m.graph.ClearField("input")), "no input, or missing value"
    yield "two-inputs", wired(
        node("Add", ["x", "z"], ["sum"]),
        node("Flatten", ["sum"], ["logits"]),
        inputs=[values("x", ["N", 1, 2, 2]), values("z", ["N", 1, 2, 2])],
    ), "too many inputs: two that are no columns of a table"
    yield "two-inputs-of-one-name", changed(
        lambda m: m.graph.input.append(values("x", ["N", 4]))
    ), "duplicate name, or too many inputs"

    def with_input(shape, kind=FLOAT):
        return changed(lambda m: m.graph.input[0].CopyFrom(values("x", shape, kind)))

    strings = wired(
        node("Identity", ["x"], ["logits"]),
        inputs=[values("x", ["N", 4], TensorProto.STRING)],
        outputs=[values("logits", ["N", 4], TensorProto.STRING)],
    )
    yield "input-of-strings", strings, "unsupported type: string input"
    yield "input-of-complex-numbers", with_input(
        ["N", 4], TensorProto.COMPLEX64
    ), "unsupported type: complex input"
    yield "input-of-unknown-type", with_input(["N", 4], 99), "unsupported type: unknown element type"
    yield "input-of-undefined-type", with_input(["N", 4], 0), "unsupported type: undefined element type"
    yield "input-without-type", changed(
        lambda m: m.graph.input[0].ClearField("type")
    ), "unsupported type: none given"
    yield "input-is-a-sequence", changed(
        lambda m: m.graph.input[0].CopyFrom(helper.make_tensor_sequence_value_info("x", FLOAT, ["N", 4]))
    ), "unsupported type: sequence"
    yield "input-scalar", with_input([]), "shape mismatch: the input has no axes"
    yield "input-without-features", with_input(["N", 0]), "shape mismatch: empty axis"
    yield "input-negative-axis", with_input(["N", -4]), "shape mismatch: negative axis"
    yield "input-enormous", with_input(["N", 2**62]), "too large, or shape mismatch"
    yield "input-overflowing", with_input([2**31] * 4), "too large, or shape mismatch"
    yield "integers-where-floats-belong", wired(
        node("Relu", ["numbers"], ["active"]),
        node("MatMul", ["x", "active"], ["logits"]),
        weights=[integers("numbers", *range(12))],
        opset=13,
    ), "type mismatch: integers multiplied with floats"


def unsupported():
    body = helper.make_graph(
        [node("Identity", ["condition_in"], ["condition_out"]), node("Relu", ["carried"], ["carried_out"])],
        "body",
        [
            values("step", [], INT64),
            values("condition_in", [], TensorProto.BOOL),
            values("carried", ["N", 4]),
        ],
        [values("condition_out", [], TensorProto.BOOL), values("carried_out", ["N", 4])],
    )
    loop = node("Loop", ["trips", "", "x"], ["looped"], name="the loop", body=body)
    w, trips = floats("w", 4, 3), integers("trips", 2)
    trips.dims.pop()
    last = node("MatMul", ["looped", "w"], ["logits"])
    yield "operator-loop", wired(
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Cast", ["sum"], ["trips"], to=TensorProto.INT64),
        loop,
        last,
        weights=[w],
    ), "unsupported operator: Loop with a number of trips that is computed"
    branch = [
        helper.make_graph([node("Relu", ["x"], [n])], n, [], [values(n, ["N", 4])]) for n in ("yes", "no")
    ]
    yield "operator-if", wired(
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Cast", ["sum"], ["condition"], to=TensorProto.BOOL),
        node("If", ["condition"], ["looped"], then_branch=branch[0], else_branch=branch[1]),
        last,
        weights=[w],
    ), "unsupported operator: If with a condition that is computed"
    suppression = wired(
        node("NonMaxSuppression", ["x", "scores"], ["logits"], name="suppress"),
        weights=[floats("scores", 1, 1, 5)],
        inputs=[values("x", [1, 5, 4])],
        outputs=[values("logits", ["M", 3], INT64)],
    )
    yield "operator-nonmaxsuppression", suppression, "unsupported operator: NonMaxSuppression"
    custom = node("Frobnicate", ["x"], ["looped"], name="frobnicate", domain="com.example", strength=3)
    domains = [helper.make_opsetid("", 13), helper.make_opsetid("com.example", 1)]
    yield "operator-custom-domain", wired(
        custom, last, weights=[w], imports=domains
    ), "unsupported operator: com.example Frobnicate"
    yield "operator-custom-domain-not-imported", wired(
        custom, last, weights=[w]
    ), "unsupported operator: com.example Frobnicate"
    yield "operator-relu-of-other-domain", wired(
        node("Relu", ["x"], ["looped"], domain="com.example"), last, weights=[w], imports=domains
    ), "unsupported operator: com.example Relu"
    yield "operator-unknown", wired(
        node("NoSuchThing", ["x"], ["looped"]), last, weights=[w]
    ), "unsupported operator: NoSuchThing"
    yield "operators-several", wired(
        node("Loop", ["trips", "", "x"], ["a"], name="the loop", body=body),
        node("Frobnicate", ["a"], ["b"], name="frobnicate", domain="com.example"),
        node("NoSuchThing", ["b"], ["looped"], name="no such thing"),
        last,
        weights=[w, trips],
        imports=domains,
    ), "unsupported operators: Loop, com.example Frobnicate, NoSuchThing (all named)"
    yield "operator-random", wired(
        node("RandomNormalLike", ["x"], ["looped"]), last, weights=[w]
    ), "unsupported operator: RandomNormalLike"
    recursive = wired(
        node("Again", ["x"], ["looped"], domain="com.example"), last, weights=[w], imports=domains
    )
    recursive.functions.append(
        helper.make_function(
            "com.example", "Again", ["i"], ["o"], [node("Again", ["i"], ["o"], domain="com.example")], domains
        )
    )
    yield "function-calls-itself", recursive, "unsupported operator, or recursion: Again"


def versions():
    def with_opsets(*opsets):
        def change(m):
            m.ClearField("opset_import")
            m.opset_import.extend(helper.make_opsetid("", version) for version in opsets)

        return changed(change)

    yield "opset-5", with_opsets(5), "opset too old"
    yield "opset-0", with_opsets(0), "opset too old"
    yield "opset-negative", with_opsets(-13), "opset too old"
    yield "opset-99", with_opsets(99), "opset too new"
    yield "opset-enormous", with_opsets(2**63 - 1), "opset too new"
    yield "opset-missing", with_opsets(), "opset missing"
    yield "opset-twice", with_opsets(13, 9), "opset given twice"


def files():
    for family in (wiring, interface, unsupported, versions):
        yield from family()

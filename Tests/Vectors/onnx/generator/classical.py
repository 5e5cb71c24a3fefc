"""Operators of `ai.onnx.ml`: ONNX Runtime's outputs, and PyTorch's vector-Jacobian products where there are slopes."""

import itertools

import torch
from onnx import TensorProto, helper

from .common import check_no_local_paths, close, fresh_folder, np, onnx, run, save_arrays

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Case:
    """One node over `x`, whose scores are output `output`, and the same in torch; None where it moves in steps."""

    def __init__(self, name, kind, x, function=None, *, output=0, count=1, version=3, tolerance=3e-6, **attributes):
        self.name, self.function, self.output, self.tolerance = name, function, output, tolerance
        self.x = np.asarray(x, np.float32)
        names = ["out" if index == output else f"unused{index}" for index in range(count)]
        node = helper.make_node(kind, ["x"], names, domain="ai.onnx.ml", **attributes)
        shape = ["N", *self.x.shape[1:]]
        outputs = [onnx.ValueInfoProto(name="out")]
        graph = helper.make_graph([node], name, [helper.make_tensor_value_info("x", FLOAT, shape)], outputs)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", version)]
        self.model = helper.make_model(graph, ir_version=8, opset_imports=opsets, producer_name="vectors")


def points(*shape, seed=0, low=-2.0, high=2.0):
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)


def numbers(count, seed):
    return [float(v) for v in np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)]


TRANSFORMS = {
    "NONE": lambda z: z,
    "SOFTMAX": lambda z: torch.softmax(z, 1),
    "LOGISTIC": torch.sigmoid,
    "SOFTMAX_ZERO": lambda z: torch.softmax(z, 1),
}


def probit(p):
    """The closed approximation of the inverse error function (Winitzki 2008, equation 7)."""
    z, a = 2 * p - 1, 0.147
    log = torch.log((1 - z) * (1 + z))
    t = 2 / (torch.pi * a) + log / 2
    return 2**0.5 * torch.sign(z) * torch.sqrt(torch.sqrt(t * t - log / a) - t)


def linear():
    x = points(5, 4, seed=1)
    weights, bias = numbers(12, 2), numbers(3, 3)

    def scores(z):
        return z @ torch.tensor(weights, dtype=z.dtype).reshape(3, 4).T + torch.tensor(bias, dtype=z.dtype)

    common = {"coefficients": weights, "intercepts": bias}
    for name, transform in TRANSFORMS.items():
        yield Case(
            f"linear_classifier_{name.lower()}",
            "LinearClassifier",
            x,
            lambda z, transform=transform: transform(scores(z)),
            output=1,
            count=2,
            classlabels_strings=["a", "b", "c"],
            post_transform=name,
            **common,
        )
    yield Case("linear_regressor", "LinearRegressor", x, scores, targets=3, **common)
    small = points(5, 2, seed=4, low=0.1, high=0.9)
    yield Case(
        "linear_regressor_probit",
        "LinearRegressor",
        small,
        probit,
        targets=2,
        coefficients=[1.0, 0.0, 0.0, 1.0],
        post_transform="PROBIT",
        tolerance=1e-4,
    )
    row, offset = numbers(4, 5), numbers(1, 6)

    def single(z):
        score = z @ torch.tensor(row, dtype=z.dtype) + offset[0]
        return torch.sigmoid(torch.stack([-score, score], 1))

    yield Case(
        "linear_classifier_one_row",
        "LinearClassifier",
        x,
        single,
        output=1,
        count=2,
        classlabels_ints=[3, 7],
        post_transform="LOGISTIC",
        coefficients=row,
        intercepts=offset,
    )


def tables():
    x = points(5, 3, seed=7)
    offset, scale = numbers(3, 8), numbers(3, 9)

    def scaled(z):
        return (z - torch.tensor(offset, dtype=z.dtype)) * torch.tensor(scale, dtype=z.dtype)

    yield Case("scaler", "Scaler", x, scaled, offset=offset, scale=scale)
    yield Case("scaler_one_number", "Scaler", x, lambda z: (z - 0.5) * 2, offset=[0.5], scale=[2.0])
    yield Case("normalizer_l1", "Normalizer", x, lambda z: z / z.abs().sum(1, keepdim=True), norm="L1")
    yield Case("normalizer_l2", "Normalizer", x, lambda z: z / z.norm(dim=1, keepdim=True), norm="L2")
    # Rows with a largest element below zero, and of zeros.
    rows = np.concatenate([x, -np.abs(x[:1]), np.zeros((1, 3), np.float32)])
    yield Case("normalizer_zeros", "Normalizer", rows, norm="L2")
    yield Case("normalizer_max", "Normalizer", rows[:-1], lambda z: z / z.amax(1, keepdim=True), norm="MAX")
    yield Case("binarizer", "Binarizer", x, threshold=0.25)
    missing = x.copy()
    missing[1, 0] = missing[3, 2] = np.nan

    def imputed(z):
        return torch.where(torch.isnan(z), torch.tensor([0.5, 1.5, -2.5], dtype=z.dtype), z)

    yield Case(
        "imputer", "Imputer", missing, imputed, imputed_value_floats=[0.5, 1.5, -2.5], replaced_value_float=np.nan
    )
    codes = np.array([[1, 2.7], [7, -1.5], [3, 0]], np.float32)
    yield Case("one_hot_encoder", "OneHotEncoder", codes, cats_int64s=[1, 2, 7, -1], zeros=1)
    yield Case(
        "label_encoder",
        "LabelEncoder",
        codes,
        keys_floats=[1.0, 7.0, 0.0],
        values_floats=[10.0, -20.0, 0.5],
        default_float=-5.0,
    )


def stump_attributes(prefix, ids, weights, modes=("BRANCH_LEQ", "BRANCH_GT"), tracks=(0, 0)):
    """Two trees of one branch each, over features 0 and 1."""
    return {
        "nodes_treeids": [4, 4, 4, 9, 9, 9],
        "nodes_nodeids": [0, 2, 1, 3, 4, 5],
        "nodes_featureids": [0, 0, 0, 1, 0, 0],
        "nodes_modes": [modes[0], "LEAF", "LEAF", modes[1], "LEAF", "LEAF"],
        "nodes_values": [0.25, 0.0, 0.0, -0.5, 0.0, 0.0],
        "nodes_truenodeids": [1, 0, 0, 4, 0, 0],
        "nodes_falsenodeids": [2, 0, 0, 5, 0, 0],
        "nodes_missing_value_tracks_true": [tracks[0], 0, 0, tracks[1], 0, 0],
        f"{prefix}_treeids": [4] * 2 + [9] * 2 if len(ids) == 4 else [4] * 4 + [9] * 4,
        f"{prefix}_nodeids": [1, 2, 4, 5] if len(ids) == 4 else [1, 1, 2, 2, 4, 4, 5, 5],
        f"{prefix}_ids": list(ids),
        f"{prefix}_weights": list(weights),
    }


def trees():
    x = points(8, 2, seed=10, low=-1, high=1)
    special = np.concatenate([x, [[0.25, -0.5], [np.nan, 1], [0, np.nan], [np.inf, -np.inf]]]).astype(np.float32)
    regressor, classifier = "TreeEnsembleRegressor", "TreeEnsembleClassifier"
    one = stump_attributes("target", [0] * 4, [0.1, -0.3, 0.2, 0.4])
    for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
        yield Case(
            f"trees_{aggregate.lower()}", regressor, x, n_targets=1, aggregate_function=aggregate, base_values=[0.5], **one
        )
    two = stump_attributes("target", [0, 1] * 4, numbers(8, 11))
    for aggregate, transform in (("AVERAGE", "LOGISTIC"), ("MAX", "SOFTMAX")):
        yield Case(
            f"trees_two_targets_{aggregate.lower()}",
            regressor,
            x,
            n_targets=2,
            aggregate_function=aggregate,
            post_transform=transform,
            base_values=[0.25, -0.5],
            **two,
        )
    modes = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")
    for first, second in itertools.pairwise(modes + modes[:1]):
        for tracks in ((0, 1), (1, 0)):
            name = f"trees_{first[7:].lower()}_{second[7:].lower()}_{tracks[0]}{tracks[1]}"
            attributes = stump_attributes("target", [0] * 4, [1.0, 2.0, 10.0, 20.0], (first, second), tracks)
            yield Case(name, regressor, special, n_targets=1, **attributes)
    binary = {"output": 1, "count": 2, "classlabels_int64s": [0, 1]}
    for transform in ("NONE", "LOGISTIC"):
        for sign, weights in (("positive", [0.1, 0.3, 0.2, 0.4]), ("mixed", [0.1, -0.3, 0.2, 0.4])):
            attributes = stump_attributes("class", [0] * 4, weights)
            name = f"trees_one_score_{sign}_{transform.lower()}"
            yield Case(name, classifier, x, post_transform=transform, base_values=[0.125], **attributes, **binary)
    pair = stump_attributes("class", [0, 1] * 4, [0.2, 0.3, 0.4, 0.1, 0.25, 0.25, 0.05, 0.45])
    yield Case("trees_two_classes", classifier, x, **pair, **binary)
    three = stump_attributes("class", [0, 1, 2, 1], [0.1, -0.3, 0.2, 0.4])
    for transform in ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"):
        yield Case(
            f"trees_three_classes_{transform.lower()}",
            classifier,
            x,
            output=1,
            count=2,
            classlabels_strings=["a", "b", "c"],
            post_transform=transform,
            base_values=[0.5, 0.25, 0.125],
            **three,
        )


def supported(x, vectors, kernel, gamma, offset, degree):
    products = x @ vectors.T
    if kernel == "LINEAR":
        return products
    if kernel == "POLY":
        return (gamma * products + offset) ** degree
    if kernel == "SIGMOID":
        return torch.tanh(gamma * products + offset)
    return torch.exp(-gamma * ((x[:, None] - vectors[None]) ** 2).sum(2))


def vectors():
    x = points(6, 3, seed=20)
    parameters = [0.375, 0.5, 3.0]
    for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        rows, weights, rho = points(4, 3, seed=21), numbers(4, 22), numbers(1, 23)

        def regress(z, kernel=kernel, rows=rows, weights=weights, rho=rho):
            kernels = supported(z, torch.tensor(rows, dtype=z.dtype), kernel, *parameters)
            return (kernels @ torch.tensor(weights, dtype=z.dtype) + rho[0])[:, None]

        yield Case(
            f"svm_regressor_{kernel.lower()}",
            "SVMRegressor",
            x,
            regress,
            version=1,
            tolerance=2e-5,
            kernel_type=kernel,
            kernel_params=parameters,
            support_vectors=[float(v) for v in rows.ravel()],
            coefficients=weights,
            rho=rho,
            n_supports=4,
        )
    for classes, sizes in ((2, [2, 3]), (3, [2, 1, 2]), (4, [1, 2, 1, 2])):
        total, pairs = sum(sizes), classes * (classes - 1) // 2
        rows, weights, rho = points(total, 3, seed=24), numbers((classes - 1) * total, 25), numbers(pairs, 26)
        starts = np.cumsum([0, *sizes])

        def decide(z, classes=classes, total=total, rows=rows, weights=weights, rho=rho, starts=starts):
            kernels = supported(z, torch.tensor(rows, dtype=z.dtype), "RBF", *parameters)
            matrix = torch.tensor(weights, dtype=z.dtype).reshape(classes - 1, total)
            decisions = []
            for first, second in itertools.combinations(range(classes), 2):
                a, b = slice(starts[first], starts[first + 1]), slice(starts[second], starts[second + 1])
                decisions.append(
                    kernels[:, a] @ matrix[second - 1, a] + kernels[:, b] @ matrix[first, b] + rho[len(decisions)]
                )
            decisions = torch.stack(decisions, 1)
            return torch.cat([-decisions, decisions], 1) if classes == 2 else decisions

        common = {
            "output": 1,
            "count": 2,
            "version": 1,
            "tolerance": 2e-5,
            "classlabels_ints": list(range(classes)),
            "kernel_type": "RBF",
            "kernel_params": parameters,
            "support_vectors": [float(v) for v in rows.ravel()],
            "coefficients": weights,
            "rho": rho,
            "vectors_per_class": sizes,
        }
        yield Case(f"svm_classifier_{classes}_decisions", "SVMClassifier", x, decide, **common)
        slopes, offsets = [-1.5 - v for v in numbers(pairs, 27)], numbers(pairs, 28)
        # Coupled probabilities have no closed form in torch; their gradients are checked by differences elsewhere.
        yield Case(
            f"svm_classifier_{classes}_probabilities", "SVMClassifier", x, prob_a=slopes, prob_b=offsets, **common
        )


def make():
    folder = fresh_folder("classical")
    arrays, names = {}, set()
    for case in itertools.chain(linear(), tables(), trees(), vectors()):
        assert case.name not in names, case.name
        names.add(case.name)
        content = case.model.SerializeToString()
        (folder / f"{case.name}.onnx").write_bytes(content)
        (answer,) = run(content, [case.x])
        arrays[f"{case.name}/in0"], arrays[f"{case.name}/out0"] = case.x, answer.astype(np.float32)
        if case.function is None:
            continue
        point = torch.tensor(case.x, dtype=torch.float64, requires_grad=True)
        expected = case.function(point)
        close(answer, expected.detach().numpy(), case.tolerance, case.name)
        seed = np.random.default_rng(len(case.name)).uniform(-1, 1, answer.shape).astype(np.float32)
        (gradient,) = torch.autograd.grad(expected, point, torch.tensor(seed, dtype=torch.float64))
        arrays[f"{case.name}/seed"] = seed
        arrays[f"{case.name}/grad0"] = gradient.numpy().astype(np.float32)
    save_arrays(folder / "expected.npz", arrays)
    check_no_local_paths()
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"classical: {len(names)} cases, {size} bytes")

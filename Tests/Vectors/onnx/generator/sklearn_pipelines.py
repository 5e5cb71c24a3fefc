"""scikit-learn's pipelines through skl2onnx: linear models, support vectors, trees, neighbours, and what goes before.

Where the scores have slopes, PyTorch computes the same function from the fitted coefficients; where it has no such
function, the gradient is measured by central differences of scikit-learn's own, in 64-bit arithmetic.
"""

import onnx.helper
import torch
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, MinMaxScaler, Normalizer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from . import models
from .common import fresh_folder, np, onnx, run, save_arrays

make_attribute = onnx.helper.make_attribute


def without_booleans(key, value, *rest, **named):
    """skl2onnx 1.20 hands truth values to an attribute of integers, which onnx 1.23 refuses."""
    if isinstance(value, list) and any(isinstance(v, (bool, np.bool_)) for v in value):
        value = [int(v) for v in value]
    return make_attribute(key, value, *rest, **named)


def dense(scores):
    return np.array([list(row.values()) for row in scores], np.float32) if isinstance(scores, list) else scores


def by_differences(function, x, step=1e-4):
    """The gradient of a function of one row at each row."""
    gradient = np.zeros(x.shape)
    for row, point in enumerate(x.astype(np.float64)):
        for column in range(x.shape[1]):
            move = np.zeros_like(point)
            move[column] = step
            gradient[row, column] = (function(point + move, row) - function(point - move, row)) / (2 * step)
    return gradient


def write(name, model, x, y, *, zipmap=False, types=None, logits=None, differences=None, labels=True):
    """`logits` is the function in torch; `differences` one of scikit-learn's, whose scores the model's outputs are."""
    folder = fresh_folder(name)
    path = folder / "model.onnx"
    options = None if zipmap is None else {"zipmap": zipmap}
    proto = to_onnx(
        model,
        initial_types=types or [("x", FloatTensorType([None, x.shape[1]]))],
        options=options,
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    onnx.save(proto, path)
    feeds = [x] if types is None else {n: x[:, i : i + 1] for i, (n, _) in enumerate(types)}
    label, scores = run(path, feeds)[:2]
    scores = dense(scores)
    arrays = {"x": x, "y": y, "scores": scores.astype(np.float32)}
    if labels:
        # Positions among the classes, whatever these are called.
        arrays["labels"] = np.array([list(model.classes_).index(v) for v in label], np.int64)
    if logits is not None:
        point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        values = logits(point)
        losses = models.cross_entropy(values, torch.tensor(y))
        (gradient,) = torch.autograd.grad(losses.sum(), point)
        arrays |= {"logits": values.detach().numpy(), "loss": losses.detach().numpy()}
        arrays["input_gradient"] = gradient.numpy()
    elif differences is not None:

        def loss(point, row):
            values = torch.tensor(differences(point[None]))
            return models.cross_entropy(values, torch.tensor(y[row : row + 1])).item()

        assert np.abs(differences(x.astype(np.float64)) - scores).max() < 1e-4, name
        arrays["logits"] = scores
        arrays["loss"] = models.cross_entropy(torch.tensor(scores), torch.tensor(y)).numpy()
        arrays["input_gradient"] = by_differences(loss, x)
    else:
        arrays["logits"] = scores
    save_arrays(
        folder / "expected.npz",
        {n: a.astype(np.float32) if a.dtype.kind == "f" else a for n, a in arrays.items()},
    )
    used = ", ".join(sorted({node.op_type for node in proto.graph.node}))
    print(f"{name}: {path.stat().st_size} bytes, {used}")


def tensors(z, *arrays):
    return [torch.tensor(np.asarray(a, np.float64), dtype=z.dtype) for a in arrays]


def linear(model, z):
    """The decision function of a linear model; two scores of opposite sign for two classes."""
    weights, bias = tensors(z, model.coef_, model.intercept_)
    scores = z @ weights.T + bias
    return torch.cat([-scores, scores], 1) if scores.shape[1] == 1 else scores


def standardised(scaler, z):
    mean, scale = tensors(z, scaler.mean_, scaler.scale_)
    return (z - mean) / scale


def make_linear(x, y, names, chosen):
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(x, names)
    points, truth = x[chosen], y[chosen]

    def scaled(z):
        return linear(model[1], standardised(model[0], z))

    write("sklearn-logistic-names", model, points, truth, zipmap=None, logits=scaled)
    model_of_rows = make_pipeline(Normalizer(), LogisticRegression(max_iter=500)).fit(x, y)

    def normalised(z):
        return linear(model_of_rows[1], z / z.norm(dim=1, keepdim=True))

    write("sklearn-normalizer", model_of_rows, points, truth, logits=normalised)
    reduced = make_pipeline(PCA(2), LogisticRegression(max_iter=500)).fit(x, y)

    def projected(z):
        mean, components = tensors(z, reduced[0].mean_, reduced[0].components_)
        return linear(reduced[1], (z - mean) @ components.T)

    write("sklearn-pca", reduced, points, truth, logits=projected)
    holes = x.copy()
    holes[np.random.default_rng(1).uniform(size=x.shape) < 0.1] = np.nan
    imputing = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=500)).fit(holes, y)

    def filled(z):
        (mean,) = tensors(z, imputing[0].statistics_)
        return linear(imputing[2], standardised(imputing[1], torch.where(torch.isnan(z), mean, z)))

    write("sklearn-imputer", imputing, points, truth, logits=filled)
    columns = ColumnTransformer([("a", StandardScaler(), [0, 1]), ("b", MinMaxScaler(), [2, 3])])
    table = make_pipeline(columns, LogisticRegression(max_iter=500)).fit(x, y)
    types = [(n, FloatTensorType([None, 1])) for n in ("sepal_length", "sepal_width", "petal_length", "petal_width")]

    def joined(z):
        first = standardised(table[0].named_transformers_["a"], z[:, :2])
        scale, least = tensors(z, table[0].named_transformers_["b"].scale_, table[0].named_transformers_["b"].min_)
        return linear(table[1], torch.cat([first, z[:, 2:] * scale + least], 1))

    write("sklearn-columns", table, points, truth, types=types, logits=joined)

    one_by_one = OneVsRestClassifier(LogisticRegression(max_iter=500)).fit(x, y)
    write("sklearn-one-vs-rest", one_by_one, points, truth, differences=one_by_one.predict_proba)
    descent = SGDClassifier(loss="log_loss", random_state=0, alpha=0.01).fit(x, y)
    write("sklearn-sgd", descent, points, truth, differences=descent.predict_proba)
    steps = make_pipeline(Binarizer(threshold=2.0), LogisticRegression()).fit(x, y)
    write("sklearn-binarizer", steps, points, truth, logits=None)

    bayes = GaussianNB().fit(x, y)

    def likelihood(z):
        mean, variance, prior = tensors(z, bayes.theta_, bayes.var_, np.log(bayes.class_prior_))
        terms = torch.log(2 * torch.pi * variance) + (z[:, None] - mean) ** 2 / variance
        joint = prior - terms.sum(2) / 2
        return joint - torch.logsumexp(joint, 1, keepdim=True)

    write("sklearn-naive-bayes", bayes, points, truth, logits=likelihood)


def make_support(x, y, chosen):
    points, truth = x[chosen], y[chosen]
    for kernel in ("rbf", "poly"):
        model = make_pipeline(StandardScaler(), SVC(kernel=kernel, degree=2, probability=True, random_state=0)).fit(x, y)
        write(f"sklearn-svc-{kernel}", model, points, truth, differences=model.predict_proba)
    cancer = load_breast_cancer()
    table, two = cancer.data[:, :6].astype(np.float32), cancer.target
    rows = [0, 20, 100, 250, 500]
    # Its scores rank the classes the other way round than its labels do.
    model = make_pipeline(StandardScaler(), SVC(C=0.5)).fit(table, two)
    write("sklearn-svc-two-classes", model, table[rows], two[rows], differences=lambda z: np.stack(
        [model.decision_function(z), -model.decision_function(z)], 1
    ))  # fmt: skip
    logistic = make_pipeline(MinMaxScaler(), LogisticRegression()).fit(table, two)

    def scaled(z):
        scale, least = tensors(z, logistic[0].scale_, logistic[0].min_)
        return F_log_sigmoid(linear(logistic[1], z * scale + least))

    write("sklearn-logistic-two-classes", logistic, table[rows], two[rows], logits=scaled)


def F_log_sigmoid(z):
    return torch.nn.functional.logsigmoid(z)


def make_trees(x, y, names, chosen):
    points, truth = x[chosen], y[chosen]
    small = {"max_depth": 3, "random_state": 0}
    write("sklearn-tree", DecisionTreeClassifier(**small).fit(x, y), points, truth)
    write("sklearn-forest-names", RandomForestClassifier(5, **small).fit(x, names), points, truth, zipmap=None)
    boosting = GradientBoostingClassifier(n_estimators=4, **small).fit(x, y)
    write("sklearn-boosting", boosting, points, truth)
    holes = x.copy()
    holes[np.random.default_rng(2).uniform(size=x.shape) < 0.2] = np.nan
    histogram = HistGradientBoostingClassifier(max_iter=4, **small).fit(holes, y)
    write("sklearn-histogram-boosting", histogram, holes[chosen], truth)
    write("sklearn-bagging", BaggingClassifier(DecisionTreeClassifier(**small), 3, random_state=0).fit(x, y), points, truth)
    ada = AdaBoostClassifier(DecisionTreeClassifier(**small), n_estimators=3, random_state=0).fit(x, y)
    write("sklearn-adaboost", ada, points, truth)
    cancer = load_breast_cancer()
    table, two = cancer.data[:, :6].astype(np.float32), cancer.target
    rows = [0, 20, 100, 250, 500]
    boosting = GradientBoostingClassifier(n_estimators=4, **small).fit(table, two)
    write("sklearn-boosting-two-classes", boosting, table[rows], two[rows])
    forest = RandomForestClassifier(4, **small).fit(table, two)
    write("sklearn-forest-two-classes", forest, table[rows], two[rows])


def make_scaled_trees(x, y, chosen):
    """Trees behind scalers, whose thresholds are in other units than the features."""
    points, truth = x[chosen], y[chosen]
    small = {"max_depth": 3, "random_state": 0}
    cancer = load_breast_cancer()
    table, two = cancer.data[:, :6].astype(np.float32), cancer.target
    rows = [0, 20, 100, 250, 500]
    forest = make_pipeline(StandardScaler(), RandomForestClassifier(5, **small)).fit(table, two)
    write("sklearn-scaled-forest", forest, table[rows], two[rows])
    boosting = make_pipeline(MinMaxScaler(), GradientBoostingClassifier(n_estimators=4, **small)).fit(x, y)
    write("sklearn-scaled-boosting", boosting, points, truth)
    histogram = make_pipeline(StandardScaler(), HistGradientBoostingClassifier(max_iter=4, **small)).fit(x, y)
    write("sklearn-scaled-histogram-boosting", histogram, points, truth)
    columns = ColumnTransformer([("scaled", StandardScaler(), [0, 2])], remainder="passthrough")
    extra = make_pipeline(columns, ExtraTreesClassifier(5, **small)).fit(x, y)
    write("sklearn-columns-extra-trees", extra, points, truth)


def make_mixed(x, y, chosen):
    points, truth = x[chosen], y[chosen]
    stack = StackingClassifier(
        [("line", LogisticRegression(max_iter=500)), ("tree", DecisionTreeClassifier(max_depth=2))], LogisticRegression()
    ).fit(x, y)
    write("sklearn-stacking", stack, points, truth)
    neighbours = KNeighborsClassifier(3).fit(x[::3], y[::3])
    write("sklearn-neighbours", neighbours, points, truth)
    calibrated = CalibratedClassifierCV(LogisticRegression(max_iter=500), cv=2).fit(x, y)
    write("sklearn-calibrated", calibrated, points, truth, differences=calibrated.predict_proba)
    generator = np.random.default_rng(3)
    table = np.c_[x, generator.integers(0, 4, len(x)), generator.integers(1, 4, len(x))].astype(np.float32)
    encoder = ColumnTransformer(
        [("numbers", StandardScaler(), [0, 1, 2, 3]), ("codes", OneHotEncoder(handle_unknown="ignore"), [4, 5])]
    )
    network = make_pipeline(encoder, MLPClassifier((6,), max_iter=300, random_state=0)).fit(table, y)

    def propagated(z):
        hot = [(z[:, 4 + i, None] == torch.tensor(c)).to(z.dtype) for i, c in enumerate(network[0].named_transformers_["codes"].categories_)]
        hidden = torch.cat([standardised(network[0].named_transformers_["numbers"], z[:, :4]), *hot], 1)
        (w1, w2), (b1, b2) = tensors(z, *network[1].coefs_), tensors(z, *network[1].intercepts_)
        return torch.relu(hidden @ w1 + b1) @ w2 + b2

    write("sklearn-one-hot", network, table[chosen], truth, logits=propagated)


def make():
    onnx.helper.make_attribute = without_booleans
    iris = load_iris()
    x, y = iris.data.astype(np.float32), iris.target.astype(np.int64)
    names = iris.target_names[y]
    chosen = [3, 60, 77, 110, 149]
    make_linear(x, y, names, chosen)
    make_support(x, y, chosen)
    make_trees(x, y, names, chosen)
    make_scaled_trees(x, y, chosen)
    make_mixed(x, y, chosen)

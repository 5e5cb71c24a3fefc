"""scikit-learn's multi-layer perceptron through skl2onnx: with ZipMap, without, and with two classes."""

import torch
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.neural_network import MLPClassifier
from torch import nn

from . import models
from .common import close, fresh_folder, np, onnx, run, save_arrays

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "logistic": nn.Sigmoid}


def as_torch(classifier):
    """The same network up to its logits (one column for two classes), from the fitted coefficients."""
    layers = []
    for index, (weights, bias) in enumerate(zip(classifier.coefs_, classifier.intercepts_)):
        linear = nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(np.asarray(weights, np.float32).T))
            linear.bias.copy_(torch.tensor(np.asarray(bias, np.float32)))
        layers.append(linear)
        if index < len(classifier.coefs_) - 1:
            layers.append(ACTIVATIONS[classifier.activation]())
    return nn.Sequential(*layers).eval()


def write(name, classifier, x, y, options):
    folder = fresh_folder(name)
    path = folder / "model.onnx"
    model = to_onnx(
        classifier,
        initial_types=[("x", FloatTensorType([None, x.shape[1]]))],
        options=options,
        target_opset={"": 15, "ai.onnx.ml": 3},
    )
    onnx.save(model, path)
    label, probabilities = run(path, [x])[:2]
    if isinstance(probabilities, list):
        probabilities = np.array([[row[c] for c in classifier.classes_] for row in probabilities], np.float32)
    error = close(probabilities, classifier.predict_proba(x.astype(np.float64)), 2e-5, name)
    assert np.array_equal(label, classifier.predict(x))
    logits, losses, gradient = models.expectations(name, as_torch(classifier), x, y)
    again = torch.tensor(logits)
    if logits.shape[1] == 1:
        again = torch.cat([1 - torch.sigmoid(again), torch.sigmoid(again)], 1)
    else:
        again = torch.softmax(again, 1)
    close(probabilities, again.numpy(), 2e-5, f"{name}: probabilities from the logits")
    save_arrays(
        folder / "expected.npz",
        {
            "x": x,
            "y": y,
            "logits": logits.astype(np.float32),
            "loss": losses.astype(np.float32),
            "input_gradient": gradient.astype(np.float32),
            "probabilities": probabilities,
            "labels": label.astype(np.int64),
        },
    )
    used = ", ".join(sorted({node.op_type for node in model.graph.node}))
    print(f"{name}: error {error:.1e}, ir {model.ir_version}, opset {model.opset_import[0].version}, {used}")


def make():
    iris = load_iris()
    points = ((iris.data - iris.data.mean(0)) / iris.data.std(0)).astype(np.float32)
    classifier = MLPClassifier((12, 8), activation="relu", max_iter=300, random_state=0).fit(
        points, iris.target
    )
    chosen = [3, 60, 77, 110, 149]
    x, y = points[chosen], iris.target[chosen].astype(np.int64)
    write("sklearn-mlp", classifier, x, y, None)
    write("sklearn-mlp-nozipmap", classifier, x, y, {id(classifier): {"zipmap": False}})

    cancer = load_breast_cancer()
    columns = cancer.data[:, :6]
    points = ((columns - columns.mean(0)) / columns.std(0)).astype(np.float32)
    classifier = MLPClassifier((10,), activation="tanh", max_iter=300, random_state=0).fit(
        points, cancer.target
    )
    chosen = [0, 20, 100, 250, 500]
    x, y = points[chosen], cancer.target[chosen].astype(np.int64)
    write("sklearn-mlp-binary", classifier, x, y, {id(classifier): {"zipmap": False}})

"""Models of `ai.onnx.ml` that must be refused: trees that never end, lists that do not fit, and the like."""

from onnx import helper

from .hostile import MOST, model, values

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]


def classifier(kind, outputs=("label", "logits"), opsets=None, **attributes):
    node = helper.make_node(kind, ["x"], list(outputs), domain="ai.onnx.ml", **attributes)
    return model([node], outputs=[values("logits", ["N", "K"])], imports=opsets or OPSETS)


TREE = {
    "nodes_treeids": [0] * 5,
    "nodes_nodeids": [0, 1, 2, 3, 4],
    "nodes_featureids": [0, 1, 0, 0, 0],
    "nodes_modes": ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF"],
    "nodes_values": [0.5, 0.25, 0.0, 0.0, 0.0],
    "nodes_truenodeids": [1, 3, 0, 0, 0],
    "nodes_falsenodeids": [2, 4, 0, 0, 0],
    "class_treeids": [0] * 3,
    "class_nodeids": [2, 3, 4],
    "class_ids": [0, 1, 2],
    "class_weights": [1.0, 1.0, 1.0],
    "classlabels_int64s": [0, 1, 2],
}


def tree(**changes):
    attributes = {k: v for k, v in {**TREE, **changes}.items() if v is not None}
    return classifier("TreeEnsembleClassifier", **attributes)


def trees():
    yield "tree-cycle", tree(nodes_falsenodeids=[2, 0, 0, 0, 0]), "cycle: TreeEnsembleClassifier"
    yield "tree-own-child", tree(nodes_truenodeids=[0, 3, 0, 0, 0]), "cycle: TreeEnsembleClassifier"
    yield "tree-child-outside", tree(nodes_truenodeids=[1, 9, 0, 0, 0]), "invalid attribute"
    yield "tree-child-most", tree(nodes_truenodeids=[1, MOST, 0, 0, 0]), "invalid attribute"
    yield "tree-child-of-other-tree", tree(nodes_treeids=[0, 0, 1, 0, 0]), "invalid attribute"
    yield "tree-node-twice", tree(nodes_nodeids=[0, 1, 2, 3, 3]), "invalid attribute"
    yield "tree-node-lost", tree(nodes_falsenodeids=[2, 3, 0, 0, 0]), "invalid attribute"
    yield "tree-nan-threshold", tree(nodes_values=[float("nan"), 0.25, 0.0, 0.0, 0.0]), "non-finite attribute"
    yield "tree-infinite-vote", tree(class_weights=[1.0, float("inf"), 1.0]), "non-finite attribute"
    yield "tree-feature-negative", tree(nodes_featureids=[-1, 1, 0, 0, 0]), "invalid attribute"
    yield "tree-feature-outside", tree(nodes_featureids=[4, 1, 0, 0, 0]), "shape mismatch"
    yield "tree-feature-most", tree(nodes_featureids=[MOST, 1, 0, 0, 0]), "invalid attribute"
    yield "tree-mode-unknown", tree(nodes_modes=["BRANCH_NEAR", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF"]), "invalid attribute"
    yield "tree-lists-uneven", tree(nodes_values=[0.5, 0.25]), "invalid attribute"
    yield "tree-votes-uneven", tree(class_ids=[0, 1]), "invalid attribute"
    yield "tree-vote-of-branch", tree(class_nodeids=[1, 3, 4]), "invalid attribute"
    yield "tree-vote-of-nobody", tree(class_nodeids=[2, 3, 7]), "invalid attribute"
    yield "tree-vote-outside", tree(class_ids=[0, 1, 3]), "invalid attribute"
    yield "tree-vote-negative", tree(class_ids=[0, 1, -1]), "invalid attribute"
    yield "tree-base-values", tree(base_values=[1.0, 2.0]), "invalid attribute"
    yield "tree-labels-missing", tree(classlabels_int64s=None), "invalid attribute"
    yield "tree-labels-twice", tree(classlabels_int64s=[0, 1, 1]), "invalid attribute"
    yield "tree-post-transform-unknown", tree(post_transform="CUBE"), "invalid attribute"
    yield "tree-without-nodes", classifier("TreeEnsembleClassifier", classlabels_int64s=[0, 1]), "invalid attribute"
    targets = {k.replace("class_", "target_"): v for k, v in TREE.items() if k != "classlabels_int64s"}
    yield "tree-targets-most", classifier(
        "TreeEnsembleRegressor", ["logits"], n_targets=MOST, **targets
    ), "too large: TreeEnsembleRegressor"
    yield "tree-targets-none", classifier(
        "TreeEnsembleRegressor", ["logits"], n_targets=0, **targets
    ), "invalid attribute"


def lines():
    good = {"coefficients": [0.5] * 12, "intercepts": [0.0] * 3, "classlabels_ints": [0, 1, 2]}

    def linear(**changes):
        return classifier("LinearClassifier", **{**good, **changes})

    yield "linear-coefficients-uneven", linear(coefficients=[0.5] * 11), "invalid attribute"
    yield "linear-coefficients-wide", linear(coefficients=[0.5] * 15), "shape mismatch: Gemm"
    yield "linear-intercepts", linear(intercepts=[0.0] * 2), "invalid attribute"
    yield "linear-labels-few", linear(classlabels_ints=[0, 1]), "invalid attribute"
    yield "linear-nan", linear(coefficients=[float("nan")] * 12), "non-finite attribute"
    yield "linear-targets-negative", classifier(
        "LinearRegressor", ["logits"], coefficients=[0.5] * 4, targets=-1
    ), "invalid attribute"


def vectors():
    good = {
        "classlabels_ints": [0, 1, 2],
        "kernel_type": "RBF",
        "kernel_params": [0.5, 0.0, 3.0],
        "support_vectors": [0.5] * 16,
        "vectors_per_class": [1, 2, 1],
        "coefficients": [0.5] * 8,
        "rho": [0.0] * 3,
    }

    def machine(**changes):
        return classifier("SVMClassifier", **{**good, **changes})

    yield "svm-counts-negative", machine(vectors_per_class=[5, -2, 1]), "invalid attribute"
    yield "svm-counts-most", machine(vectors_per_class=[MOST, MOST, 6]), "invalid attribute"
    yield "svm-counts-short", machine(vectors_per_class=[1, 2]), "invalid attribute"
    yield "svm-coefficients", machine(coefficients=[0.5] * 7), "invalid attribute"
    yield "svm-rho", machine(rho=[0.0] * 2), "invalid attribute"
    yield "svm-vectors-uneven", machine(support_vectors=[0.5] * 15), "invalid attribute"
    yield "svm-vectors-wide", machine(support_vectors=[0.5] * 20), "shape mismatch"
    yield "svm-kernel-unknown", machine(kernel_type="CHI2"), "invalid attribute"
    yield "svm-kernel-parameters", machine(kernel_params=[0.5]), "invalid attribute"
    yield "svm-probabilities-uneven", machine(prob_a=[1.0] * 3, prob_b=[0.0] * 2), "invalid attribute"


def tables():
    def over(kind, **attributes):
        return classifier(kind, ["logits"], **attributes)

    yield "scaler-offset", over("Scaler", offset=[0.0] * 3, scale=[1.0] * 4), "invalid attribute"
    yield "scaler-nothing", over("Scaler"), "invalid attribute"
    yield "imputer-nothing", over("Imputer"), "invalid attribute"
    yield "imputer-uneven", over("Imputer", imputed_value_floats=[0.0] * 3), "shape mismatch"
    yield "normalizer-unknown", over("Normalizer", norm="L3"), "invalid attribute"
    yield "label-encoder-uneven", over("LabelEncoder", keys_floats=[1.0, 2.0], values_floats=[1.0]), "invalid attribute"
    yield "label-encoder-twice", over(
        "LabelEncoder", keys_floats=[1.0, 1.0], values_floats=[1.0, 2.0]
    ), "invalid attribute"
    yield "label-encoder-names", over(
        "LabelEncoder", keys_strings=["a"], values_floats=[1.0]
    ), "unsupported: strings"
    yield "one-hot-names", over("OneHotEncoder", cats_strings=["a", "b"]), "unsupported: strings"
    yield "one-hot-nothing", over("OneHotEncoder"), "invalid attribute"


def files():
    for family in (trees, lines, vectors, tables):
        yield from family()

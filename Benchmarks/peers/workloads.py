"""Every workload, once: `export.py` writes this list to `work/workloads.json`, where each tool reads it.

Change a size here and everything follows: inputs, FLOP counts, peers, Bulwark, and the table of results.
"""

THREADS = 2
EPSILON = 0.3
# The variable of the environment that names a folder of real data.
DATA_FOLDER = "BULWARK_BENCH_DATA"

PYTORCH, ART, FOOLBOX, ONNX_RUNTIME, BULWARK = "pytorch", "art", "foolbox", "onnxruntime", "bulwark"
AUTOATTACK = "autoattack"
TOOLS = [BULWARK, PYTORCH, ART, FOOLBOX, ONNX_RUNTIME, AUTOATTACK]
ATTACKERS = [BULWARK, PYTORCH, ART, FOOLBOX]

# model: (what it is, the data it reads)
MODELS = {
    "mlp-64": ("MLP 64-64-10", "digits-8"),
    "mlp-784": ("MLP 784-256-256-10", "digits-784"),
    "cnn": ("CNN 28×28, conv 32 and 64, dense 128", "digits-28"),
    "cnn-hardened": ("the same CNN after adversarial training", "digits-28"),
    "resnet-18": ("ResNet-18 on 32×32×3", "digits-32"),
    "strength-cnn": ("CNN 28×28, conv 32 and 64, dense 128, trained to the end", "pictures-28"),
    "strength-cnn-robust": ("the same CNN after adversarial training at 0.3", "pictures-28"),
    "strength-mlp": ("MLP 784-256-256-10", "pictures-28"),
    "strength-resnet": ("ResNet of 8 layers on 32×32×3 after adversarial training at 8/255", "pictures-32"),
}


def pgd(model, batch, steps, step_size):
    return {
        "name": f"pgd-{model}",
        "kind": "pgd",
        "model": model,
        "samples": batch,
        "batch": batch,
        "steps": steps,
        "stepSize": step_size,
        "epsilon": EPSILON,
        "tools": ATTACKERS,
        "title": f"PGD, {model}, {batch} samples × {steps} steps",
    }


def inference(model, batch, samples):
    return {
        "name": f"inference-{model}-{batch}",
        "kind": "inference",
        "model": model,
        "samples": samples,
        "batch": batch,
        "tools": [BULWARK, PYTORCH, ONNX_RUNTIME],
        "title": f"inference, {model}, batch {batch}",
    }


def auto_attack(model, norm, epsilon, samples):
    """AutoAttack's standard version: Croce and Hein (ICML 2020)."""
    return {
        "name": f"autoattack-{model.removeprefix('strength-')}-{norm}",
        "kind": "autoattack",
        "model": model,
        "samples": samples,
        "batch": samples,
        "norm": norm,
        "epsilon": epsilon,
        "isLong": True,
        "tools": [BULWARK, AUTOATTACK],
        "title": f"{model.removeprefix('strength-')}, {norm.capitalize()} {epsilon:.3g}, {samples:,} samples",
    }


def minimum_norm(model, attack, norm, samples, **knobs):
    """An attack that looks for the nearest point of another class, with the same knobs for every tool."""
    name = model.removeprefix("strength-")
    return {
        "name": f"minimum-norm-{name}-{attack}-{norm}",
        "kind": "minimum-norm",
        "model": model,
        "samples": samples,
        "batch": samples,
        "attack": attack,
        "norm": norm,
        "isLong": True,
        "tools": [BULWARK, FOOLBOX],
        "title": f"{name}, {ATTACKS[attack]} {norm.capitalize()}",
    } | knobs


ATTACKS = {
    "cw": "Carlini and Wagner",
    "deepfool": "DeepFool",
    "fmn": "FMN",
    "ddn": "DDN",
    "hop-skip-jump": "HopSkipJump",
}

# Madry et al. (ICLR 2018) attack MNIST with 40 steps of 0.01; the others use 2.5 · epsilon / steps.
WORKLOADS = [
    pgd("mlp-64", batch=256, steps=40, step_size=0.01),
    pgd("mlp-784", batch=256, steps=40, step_size=0.01),
    pgd("cnn", batch=256, steps=40, step_size=0.01),
    pgd("resnet-18", batch=64, steps=10, step_size=0.075),
    {
        "name": "pgd-early-stop",
        "kind": "pgd-early-stop",
        "model": "cnn-hardened",
        "samples": 2560,
        "batch": 256,
        "steps": 40,
        "stepSize": 0.01,
        "epsilon": EPSILON,
        "tools": ATTACKERS,
        "title": "PGD with early stop, cnn-hardened, 2,560 samples, at most 40 steps",
    },
    {
        "name": "train-cnn",
        "kind": "train",
        "model": "cnn",
        "samples": 2560,
        "batch": 128,
        "learningRate": 0.01,
        "momentum": 0.9,
        "tools": [BULWARK, PYTORCH],
        "title": "one SGD epoch, cnn, 2,560 samples, batch 128",
    },
    {
        "name": "adversarial-train-cnn",
        "kind": "adversarial-train",
        "model": "cnn",
        "samples": 2560,
        "batch": 128,
        "learningRate": 0.01,
        "momentum": 0.0,
        "steps": 7,
        "stepSize": 0.1,
        "epsilon": EPSILON,
        "tools": [BULWARK, PYTORCH, ART],
        "title": "one PGD-7 adversarial-training epoch, cnn, 2,560 samples, batch 128",
    },
]
# Enough samples that one repetition is not lost in the noise of the clock.
WORKLOADS += [inference("mlp-784", batch, samples) for batch, samples in ((1, 512), (32, 2560), (256, 2560))]
WORKLOADS += [inference("cnn", batch, samples) for batch, samples in ((1, 256), (32, 1280), (256, 1280))]
WORKLOADS += [inference("resnet-18", batch, samples) for batch, samples in ((1, 16), (32, 64), (256, 256))]

AUTO_ATTACKS = [
    auto_attack("strength-cnn", "linf", 0.1, samples=200),
    auto_attack("strength-cnn", "l2", 1.5, samples=200),
    auto_attack("strength-cnn", "l1", 10, samples=200),
    auto_attack("strength-cnn-robust", "linf", 0.3, samples=200),
    auto_attack("strength-mlp", "linf", 0.05, samples=1000),
    auto_attack("strength-resnet", "linf", 8 / 255, samples=200),
    auto_attack("strength-resnet", "l2", 0.5, samples=100),
]

# Steps and step sizes are Foolbox's defaults but where they would take hours. Those are 9 × 10,000 steps of 0.01 for
# Carlini and Wagner's attack, and 64 steps for HopSkipJump.
MINIMUM_NORMS = [
    entry
    for model in ("strength-cnn", "strength-mlp")
    for entry in [
        minimum_norm(
            model, "cw", "l2", 100, searchSteps=9, steps=300, stepSize=0.03, initialConstant=1e-3
        ),
        minimum_norm(model, "deepfool", "l2", 200, steps=50),
        minimum_norm(model, "deepfool", "linf", 200, steps=50),
        minimum_norm(model, "ddn", "l2", 200, steps=100),
        *[minimum_norm(model, "fmn", norm, 200, steps=100, stepSize=1.0) for norm in ("linf", "l2", "l1", "l0")],
        minimum_norm(model, "hop-skip-jump", "l2", 30, steps=20),
        minimum_norm(model, "hop-skip-jump", "linf", 30, steps=20),
    ]
]

# The loss gradient of a clean batch, for comparison and not for time.
GRADIENTS = [
    {
        "name": f"gradient-{model}",
        "kind": "gradient",
        "model": model,
        "samples": 64,
        "batch": 64,
        "tools": [BULWARK],
        "title": f"gradient, {model}",
    }
    for model in MODELS
    if not model.startswith("strength-")
]

# What a product of two square matrices reaches: the yardstick of everything above.
PRODUCT = {
    "name": "matrix-product",
    "kind": "matrix-product",
    "model": "",
    "samples": 1024,
    "batch": 1024,
    "tools": [BULWARK, PYTORCH],
    "title": "product of two 1024×1024 matrices, 20 times",
    "times": 20,
}

ALL = [PRODUCT] + GRADIENTS + WORKLOADS + AUTO_ATTACKS + MINIMUM_NORMS

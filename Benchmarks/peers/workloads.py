"""Every workload, once: `export.py` writes this list to `work/workloads.json`, where each tool reads it.

Change a size here and everything follows: inputs, FLOP counts, peers, Bulwark, and the table of results.
"""

THREADS = 2
EPSILON = 0.3

PYTORCH, ART, FOOLBOX, ONNX_RUNTIME, BULWARK = "pytorch", "art", "foolbox", "onnxruntime", "bulwark"
TOOLS = [BULWARK, PYTORCH, ART, FOOLBOX, ONNX_RUNTIME]
ATTACKERS = [BULWARK, PYTORCH, ART, FOOLBOX]

# model: (what it is, the data it reads)
MODELS = {
    "mlp-64": ("MLP 64-64-10", "digits-8"),
    "mlp-784": ("MLP 784-256-256-10", "digits-784"),
    "cnn": ("CNN 28×28, conv 32 and 64, dense 128", "digits-28"),
    "cnn-hardened": ("the same CNN after adversarial training", "digits-28"),
    "resnet-18": ("ResNet-18 on 32×32×3", "digits-32"),
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

ALL = [PRODUCT] + GRADIENTS + WORKLOADS

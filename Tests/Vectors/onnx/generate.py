"""Makes every file in this folder. The project's own tests only read the results; they never run this script.

    python -m venv venv
    venv/bin/pip install torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.31.1 \
        scikit-learn==1.9.1 skl2onnx==1.20.0 scipy numpy==2.4.6 torchvision==0.28.0
    venv/bin/python generate.py [models] [operators] [classical] [bad]

The committed files were made with exactly these versions (PyTorch built for CPU, Python 3.11); the same versions
make the same bytes. Every number comes from PyTorch, scikit-learn or ONNX Runtime; nothing here knows the project's
own code. Each expectation is cross-checked while it is made: ONNX Runtime on the written file against PyTorch or
scikit-learn in 64-bit arithmetic.

<model>/model.onnx, <model>/expected.npz      whole classifiers, as exporters write them
    x               [5, ...]  float32 inputs
    y               [5]       int64 labels
    logits          [5, K]    float32 from ONNX Runtime; before a closing Softmax, Sigmoid or ArgMax: from PyTorch
    loss            [5]       float32 cross-entropy per sample (one logit: binary cross-entropy with logits)
    input_gradient  like x    gradient of the sum of `loss` in x; PyTorch, evaluation mode, 64-bit arithmetic
    probabilities   [5, K]    only where the model itself ends in probabilities: its output
    labels          [5]       only where the model itself answers labels: its int64 output
    pre_softmax_logits        only where the model ends in LogSoftmax (`logits` is then its output)
    scores          [5, K]    only for scikit-learn's pipelines: the output of ONNX Runtime; without slopes there is
                              neither loss nor gradient, and `labels` are positions among the classes
<model>/outputs.npz           only the inputs x and the outputs (`logits`) of ONNX Runtime

operators/<case>.onnx, operators/expected.npz  one operator each
    <case>/in0, in1, …        the graph's inputs, in order
    <case>/out0               ONNX Runtime's output
    <case>/seed               a random cotangent, shaped like out0
    <case>/grad0, grad1, …    vector-Jacobian product for each input (PyTorch, 64-bit arithmetic)

classical/<case>.onnx, classical/expected.npz  one operator of `ai.onnx.ml` each, as for operators/; `seed` and
                              `grad0` only where the operator has slopes

bad/*, bad/expect.txt                          files that must be refused, and in words, why
"""

import sys

sys.dont_write_bytecode = True

from generator import classical, hostile, models, operators  # noqa: E402

if __name__ == "__main__":
    parts = {
        "models": models.make,
        "operators": operators.make,
        "classical": classical.make,
        "bad": hostile.make,
    }
    for part in sys.argv[1:] or parts:
        parts[part]()

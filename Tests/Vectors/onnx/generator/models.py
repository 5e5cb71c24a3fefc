"""Whole classifiers: exported, run by ONNX Runtime, differentiated by PyTorch."""

import copy

from torch import nn
from torch.nn import functional as F

from .common import check_no_local_paths, close, fresh_folder, np, onnx, run, save_arrays, scrub, torch
from .networks import ArgMax, ConvolutionalNet, Ending, Groups, ResidualNet, lifelike, mlp

SAMPLES = 5


def inputs(shape, seed, low=0.0, high=1.0):
    generator = np.random.default_rng(seed)
    return generator.uniform(low, high, (SAMPLES, *shape)).astype(np.float32)


def labels(classes, seed):
    return np.random.default_rng(seed + 1000).integers(0, classes, SAMPLES).astype(np.int64)


def cross_entropy(logits, y):
    """Per sample; one column means one logit of the positive class."""
    if logits.shape[1] == 1:
        return F.binary_cross_entropy_with_logits(logits[:, 0], y.to(logits.dtype), reduction="none")
    return F.cross_entropy(logits, y, reduction="none")


def differentiate(network, x, y, dtype=torch.float64):
    """Logits, losses and the gradient of their sum with respect to x."""
    network = copy.deepcopy(network).to(dtype).eval()
    points = torch.tensor(x, dtype=dtype, requires_grad=True)
    logits = network(points)
    losses = cross_entropy(logits, torch.tensor(y))
    (gradient,) = torch.autograd.grad(losses.sum(), points)
    return logits.detach().numpy(), losses.detach().numpy(), gradient.numpy()


def expectations(name, network, x, y):
    """Torch's answers in 64 bits, refused where 32 bits would end up on the other side of a kink."""
    logits, losses, gradient = differentiate(network, x, y)
    _, _, rough = differentiate(network, x, y, torch.float32)
    close(rough, gradient, 1e-4, f"{name}: gradient in 32 and 64 bits")
    assert np.abs(gradient).max() > 1e-3, f"{name}: gradient too small to test anything"
    return logits, losses, gradient


def legacy(model, x, path, opset, dynamic=True, **options):
    """The TorchScript exporter."""
    axes = {"dynamic_axes": {"x": {0: "batch"}, "logits": {0: "batch"}}} if dynamic else {}
    torch.onnx.export(
        model,
        (x,),
        str(path),
        dynamo=False,
        opset_version=opset,
        input_names=["x"],
        output_names=["logits"],
        **axes,
        **options,
    )
    onnx.save(scrub(onnx.load(path)), path)


def modern(model, x, path, external=False, **options):
    """The torch.export based exporter, with its own choice of opset."""
    torch.onnx.export(
        model,
        (x,),
        str(path),
        dynamo=True,
        input_names=["x"],
        output_names=["logits"],
        external_data=external,
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        verbose=False,
        **options,
    )
    onnx.save(scrub(onnx.load(path, load_external_data=False)), path)


def finish(name, folder, network, x, y, *, tail=None, one_at_a_time=False, dtype=np.float32, tolerance=2e-5):
    """Runs the written file, compares it with torch, and writes what was found. `network` ends in logits."""
    path = folder / "model.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    if one_at_a_time:
        answers = np.concatenate([run(path, [x[i : i + 1].astype(dtype)])[0] for i in range(len(x))])
    else:
        answers = run(path, [x.astype(dtype)])[0]
        alone = np.concatenate([run(path, [x[i : i + 1].astype(dtype)])[0] for i in range(len(x))])
        close(alone, answers, 1e-5, f"{name}: batch of one and batch of {len(x)}")
    logits, losses, gradient = expectations(name, network, x, y)
    arrays = {"x": x, "y": y}
    if tail is None:
        error = close(answers, logits, tolerance, name)
        arrays["logits"] = answers.astype(np.float32)
    else:
        kind, function = tail
        with torch.no_grad():
            error = close(answers, function(torch.tensor(logits)).numpy(), tolerance, name)
        arrays["logits"] = logits.astype(np.float32)
        if kind == "log_probabilities":
            arrays["logits"], arrays["pre_softmax_logits"] = answers, logits.astype(np.float32)
        else:
            arrays[kind] = answers
    arrays["loss"] = losses.astype(np.float32)
    arrays["input_gradient"] = gradient.astype(np.float32)
    save_arrays(folder / "expected.npz", arrays, deflated=name != "torch-mlp")
    model = onnx.load(path, load_external_data=False)
    used = ", ".join(sorted({node.op_type for node in model.graph.node}))
    print(f"{name}: error {error:.1e}, ir {model.ir_version}, opset {model.opset_import[0].version}, {used}")


def make_mlps():
    x, y = inputs((16,), 1), labels(10, 1)
    sample = torch.tensor(x[:2])

    network = mlp(seed=1)
    folder = fresh_folder("torch-mlp")
    legacy(network, sample, folder / "model.onnx", 13)
    finish("torch-mlp", folder, network, x, y)

    network = mlp((16, 24, 20, 18, 10), [nn.Tanh(), nn.Sigmoid(), nn.LeakyReLU(0.2)], seed=2)
    folder = fresh_folder("torch-mlp-dynamo")
    modern(network, sample, folder / "model.onnx")
    finish("torch-mlp-dynamo", folder, network, x, y)

    network = mlp(seed=3)
    folder = fresh_folder("torch-dynamo-external-data")
    modern(network, sample, folder / "model.onnx", external=True)
    assert (folder / "model.onnx.data").exists()
    finish("torch-dynamo-external-data", folder, network, x, y)

    network = mlp(seed=4)
    folder = fresh_folder("torch-external-data")
    legacy(network, sample, folder / "model.onnx", 14)
    model = onnx.load(folder / "model.onnx")
    onnx.save_model(
        model,
        folder / "model.onnx",
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location="weights.bin",
        size_threshold=0,
        convert_attribute=True,
    )
    (folder / "weights.bin").chmod(0o644)
    finish("torch-external-data", folder, network, x, y)

    network = mlp(seed=5)
    folder = fresh_folder("torch-softmax-end")
    legacy(Ending(network, nn.Softmax(dim=1)).eval(), sample, folder / "model.onnx", 13)
    finish("torch-softmax-end", folder, network, x, y, tail=("probabilities", lambda z: torch.softmax(z, 1)))

    network = mlp(seed=6)
    folder = fresh_folder("torch-labels-only")
    legacy(Ending(network, ArgMax()).eval(), sample, folder / "model.onnx", 13)
    finish("torch-labels-only", folder, network, x, y, tail=("labels", lambda z: torch.argmax(z, 1)))

    y = np.array([1, 0, 1, 1, 0], np.int64)
    network = mlp((16, 12, 1), seed=7)
    folder = fresh_folder("torch-single-logit")
    legacy(network, sample, folder / "model.onnx", 15)
    finish("torch-single-logit", folder, network, x, y)

    network = mlp((16, 12, 1), seed=8)
    folder = fresh_folder("torch-single-sigmoid")
    legacy(Ending(network, nn.Sigmoid()).eval(), sample, folder / "model.onnx", 15)
    finish("torch-single-sigmoid", folder, network, x, y, tail=("probabilities", torch.sigmoid))


def make_convolutional():
    x, y = inputs((1, 12, 12), 11), labels(10, 11)
    sample = torch.tensor(x[:2])
    network = lifelike(ConvolutionalNet(), 11)

    folder = fresh_folder("torch-cnn-bn")
    legacy(
        network,
        sample,
        folder / "model.onnx",
        11,
        do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
    )
    kinds = [node.op_type for node in onnx.load(folder / "model.onnx").graph.node]
    assert kinds.count("BatchNormalization") == 2 and {
        "Shape",
        "Gather",
        "Unsqueeze",
        "Concat",
        "Reshape",
    } <= set(kinds)
    finish("torch-cnn-bn", folder, network, x, y)

    folder = fresh_folder("torch-cnn-bn-folded")
    legacy(network, sample, folder / "model.onnx", 11)
    kinds = [node.op_type for node in onnx.load(folder / "model.onnx").graph.node]
    assert "BatchNormalization" not in kinds and "Reshape" in kinds
    finish("torch-cnn-bn-folded", folder, network, x, y)

    folder = fresh_folder("torch-cnn-dynamo-unoptimized")
    modern(network, sample, folder / "model.onnx", optimize=False)
    finish("torch-cnn-dynamo-unoptimized", folder, network, x, y)

    network = lifelike(ConvolutionalNet(flatten=True), 12)
    folder = fresh_folder("torch-cnn-fixed-batch")
    legacy(network, sample[:1], folder / "model.onnx", 17, dynamic=False)
    finish("torch-cnn-fixed-batch", folder, network, x, y, one_at_a_time=True)

    x, y = inputs((3, 16, 16), 13), labels(10, 13)
    sample = torch.tensor(x[:2])
    network = lifelike(ResidualNet(), 13)
    folder = fresh_folder("torch-resnet")
    legacy(network, sample, folder / "model.onnx", 17)
    finish("torch-resnet", folder, network, x, y)
    folder = fresh_folder("torch-resnet-bn")
    legacy(
        network,
        sample,
        folder / "model.onnx",
        17,
        do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
    )
    finish("torch-resnet-bn", folder, network, x, y)
    folder = fresh_folder("torch-resnet-dynamo")
    modern(network, sample, folder / "model.onnx")
    finish("torch-resnet-dynamo", folder, network, x, y)

    x, y = inputs((4, 14, 14), 14, -1, 1), labels(6, 14)
    network = lifelike(Groups(), 14)
    folder = fresh_folder("torch-groups")
    legacy(Ending(network, nn.LogSoftmax(dim=1)).eval(), torch.tensor(x[:2]), folder / "model.onnx", 13)
    finish(
        "torch-groups", folder, network, x, y, tail=("log_probabilities", lambda z: torch.log_softmax(z, 1))
    )


def make():
    from . import architectures, rewritten, sklearn_models, sklearn_pipelines

    make_mlps()
    make_convolutional()
    rewritten.make()
    sklearn_models.make()
    sklearn_pipelines.make()
    architectures.make()
    check_no_local_paths()

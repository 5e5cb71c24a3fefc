"""PyTorch, written by hand as one would who wants it fast.

Gradients of the inputs only, updates in place, images in channels-last order, which its CPU kernels prefer (on
the ResNet a fifth less time), and batch normalisation folded into the convolution before it (another fifth).
`torch.compile` was tried and was no faster on these networks.
"""

import torch
from torch.fx.experimental import optimization
from torch.nn import functional

import models


def input_gradient(model, points, labels):
    """The gradient of the summed cross-entropy: of each sample's own loss, that is."""
    points.requires_grad_(True)
    loss = functional.cross_entropy(model(points), labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, points)
    points.requires_grad_(False)
    return gradient


def ascend(model, inputs, labels, epsilon, step_size, steps):
    """Projected gradient descent for the maximum norm, from the inputs on, every step for every sample."""
    lower, upper = (inputs - epsilon).clamp_(0, 1), (inputs + epsilon).clamp_(0, 1)
    points = inputs.clone()
    for _ in range(steps):
        gradient = input_gradient(model, points, labels)
        points.add_(gradient.sign_(), alpha=step_size)
        torch.maximum(points, lower, out=points)
        torch.minimum(points, upper, out=points)
    return points


def ascend_until_broken(model, inputs, labels, epsilon, step_size, steps):
    """The same, but a sample that is misread leaves the batch and costs nothing more."""
    result = inputs.clone()
    rows = torch.arange(len(inputs))
    lower, upper = (inputs - epsilon).clamp_(0, 1), (inputs + epsilon).clamp_(0, 1)
    points = inputs.clone()
    for _ in range(steps):
        points.requires_grad_(True)
        logits = model(points)
        loss = functional.cross_entropy(logits, labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, points)
        points.requires_grad_(False)
        open_ones = logits.argmax(1) == labels
        if not bool(open_ones.all()):
            result[rows[~open_ones]] = points[~open_ones]
            rows, labels, points = rows[open_ones], labels[open_ones], points[open_ones]
            lower, upper, gradient = lower[open_ones], upper[open_ones], gradient[open_ones]
            if len(rows) == 0:
                return result
        points.add_(gradient.sign_(), alpha=step_size)
        torch.maximum(points, lower, out=points)
        torch.minimum(points, upper, out=points)
    result[rows] = points
    return result


def prepared(workload, frozen=True):
    """The network as its layers run fastest, the inputs in the order they like best, and the classes."""
    model = models.load(workload.model, workload.folder, frozen)
    if frozen and any(isinstance(layer, torch.nn.BatchNorm2d) for layer in model.modules()):
        model = optimization.fuse(model).requires_grad_(False)
    inputs, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)
    if inputs.dim() == 4:
        model = model.to(memory_format=torch.channels_last)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    return model, inputs, labels


def attack(workload, climb):
    model, inputs, labels = prepared(workload)

    def run():
        knobs = workload["epsilon"], workload["stepSize"], workload["steps"]
        parts = [
            climb(model, batch, truth, *knobs)
            for batch, truth in zip(inputs.split(workload["batch"]), labels.split(workload["batch"]))
        ]
        return torch.cat(parts)

    return run


def gradient(workload):
    model, inputs, labels = prepared(workload)
    return lambda: input_gradient(model, inputs.clone(), labels)


def training(workload):
    """One epoch from the exported weights on; with `steps`, on adversarial inputs made for each batch.

    The weights of the network are asked for gradients only while it is the network that is trained.
    """
    is_adversarial = workload.kind == "adversarial-train"

    def run():
        model, inputs, labels = prepared(workload, frozen=False)
        model.train()
        optimizer = torch.optim.SGD(
            model.parameters(), lr=workload["learningRate"], momentum=workload["momentum"]
        )
        total = 0.0
        order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(0))
        for rows in order.split(workload["batch"]):
            batch, truth = inputs[rows], labels[rows]
            if is_adversarial:
                model.requires_grad_(False)
                batch = ascend(
                    model, batch, truth, workload["epsilon"], workload["stepSize"], workload["steps"]
                )
                model.requires_grad_(True)
            optimizer.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(model(batch), truth)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        return {"meanLoss": total / len(inputs)}

    return run


def inference(workload):
    model, inputs, _ = prepared(workload)
    batches = inputs.split(workload["batch"])

    def run():
        with torch.inference_mode():
            return torch.cat([model(batch) for batch in batches])

    return run


def matrix_product(workload):
    size = workload["samples"]
    left, right, result = (torch.rand(size, size) for _ in range(3))

    def run():
        for _ in range(workload["times"]):
            torch.mm(left, right, out=result)
        return {}

    return run


def prepare(workload):
    torch.set_num_threads(workload.threads)
    kinds = {
        "pgd": lambda: attack(workload, ascend),
        "pgd-early-stop": lambda: attack(workload, ascend_until_broken),
        "gradient": lambda: gradient(workload),
        "train": lambda: training(workload),
        "adversarial-train": lambda: training(workload),
        "inference": lambda: inference(workload),
        "matrix-product": lambda: matrix_product(workload),
    }
    return kinds[workload.kind]()


if __name__ == "__main__":
    import measuring

    measuring.main("pytorch", prepare)

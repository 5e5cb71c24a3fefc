"""The networks that are measured, in PyTorch, and how much arithmetic they take."""

import torch
from torch import nn


def mlp(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


class Residual(nn.Module):
    """Two 3×3 convolutions and a shortcut: He, Zhang, Ren and Sun (CVPR 2016), figure 2."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs),
        )  # fmt: skip
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, value):
        return torch.relu(self.main(value) + self.shortcut(value))


def resnet18():
    """The published form, with its 7×7 stem of stride 2 and max pooling, for ten classes."""
    layers = [nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    width = 64
    for outputs, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Residual(width, outputs, stride), Residual(outputs, outputs, 1)]
        width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def resnet8():
    """The published form for CIFAR-10, section 4.2, with one block of each width."""
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    layers += [Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def build(name):
    """A network with fresh weights, by its name in `workloads.MODELS`."""
    builders = {
        "mlp-64": lambda: mlp(64, 64, 10),
        "mlp-784": lambda: mlp(784, 256, 256, 10),
        "cnn": cnn,
        "cnn-hardened": cnn,
        "resnet-18": resnet18,
        "strength-cnn": cnn,
        "strength-cnn-robust": cnn,
        # Both tools get images, since the squares of Square Attack need a plane.
        "strength-mlp": lambda: nn.Sequential(nn.Flatten(), *mlp(784, 256, 256, 10)),
        "strength-resnet": resnet8,
    }
    return builders[name]()


def load(name, folder, frozen=True):
    """The exported network in evaluation mode; frozen, its parameters ask for no gradients."""
    model = build(name)
    model.load_state_dict(torch.load(folder / f"{name}.pt", weights_only=True))
    model.eval()
    return model.requires_grad_(False) if frozen else model


def multiply_adds(model, sample):
    """The multiplications of one forward pass of one sample, layer by layer, in order of evaluation.

    Only convolutions (inputs · outputs · kernel · positions) and dense layers (inputs · outputs) count.
    """
    counts = []

    def count(layer, inputs, output):
        positions = output[0, 0].numel() if isinstance(layer, nn.Conv2d) else 1
        counts.append(layer.weight.numel() * positions)

    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        model(sample)
    for hook in hooks:
        hook.remove()
    return counts

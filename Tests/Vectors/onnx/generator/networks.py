"""The small networks, and weights that look trained: no statistic at its default."""

import torch
from torch import nn
from torch.nn import functional as F


def lifelike(module, seed):
    """Random weights at trained-looking scales; BatchNorm statistics far from zero and one."""
    generator = torch.Generator().manual_seed(seed)

    def normal(tensor, scale, mean=0.0):
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale + mean)

    def uniform(tensor, low, high):
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, nn.modules.batchnorm._BatchNorm):
                uniform(layer.weight, 0.4, 1.8)
                normal(layer.bias, 0.4)
                normal(layer.running_mean, 0.5)
                uniform(layer.running_var, 0.3, 2.5)
            elif isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d)):
                fan_in = layer.weight[0].numel()
                normal(layer.weight, (2.0 / fan_in) ** 0.5)
                if layer.bias is not None:
                    normal(layer.bias, 0.2)
    return module.eval()


def mlp(sizes=(16, 32, 10), activations=None, seed=1):
    layers = []
    for index, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(rows, columns))
        if index < len(sizes) - 2:
            layers.append(activations[index] if activations else nn.ReLU())
    return lifelike(nn.Sequential(*layers), seed)


class ConvolutionalNet(nn.Module):
    """conv-bn-relu-maxpool twice, flattened the old way (`view` of `size(0)`), then linear; 1x12x12 to 10."""

    def __init__(self, batch_norm=True, flatten=False):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1, bias=not batch_norm)
        self.bn1 = nn.BatchNorm2d(6) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(6, 8, 3)
        self.bn2 = nn.BatchNorm2d(8, eps=1e-3) if batch_norm else nn.Identity()
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(8 * 2 * 2, 10)
        self.flatten = flatten

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.bn2(self.conv2(x))))
        x = torch.flatten(x, 1) if self.flatten else x.view(x.size(0), -1)
        return self.head(x)


class Residual(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.shortcut = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x):
        inner = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(inner + self.shortcut(x))


class ResidualNet(nn.Module):
    """A stem, a stage with an identity shortcut, a stage at stride 2 with a projection; 3x16x16 to 10."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.stage1 = Residual(8, 8, 1)
        self.stage2 = Residual(8, 12, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(12, 10)

    def forward(self, x):
        return self.head(torch.flatten(self.pool(self.stage2(self.stage1(self.stem(x)))), 1))


class Groups(nn.Module):
    """Depthwise, grouped and dilated convolutions, uneven padding, every average pool; 4x14x14 to 6."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((1, 2, 0, 1))
        self.depthwise = nn.Conv2d(4, 8, 3, stride=2, groups=4)
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.dilated = nn.Conv2d(8, 6, 3, padding=2, dilation=2)
        self.counting = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=True)
        self.not_counting = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        self.ceiling = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.head = nn.Linear(6 * 4 * 6, 6)

    def forward(self, x):
        x = F.relu(self.depthwise(self.pad(x)))
        x = F.leaky_relu(self.grouped(self.counting(x)), 0.1)
        x = self.not_counting(torch.tanh(self.dilated(x)))
        x = self.ceiling(F.pad(x, (2, 1, 0, 0), value=0.25))
        return self.head(torch.flatten(x, 1))


class Ending(nn.Module):
    """A network and what an exporter's user put after its logits."""

    def __init__(self, body, ending):
        super().__init__()
        self.body = body
        self.ending = ending

    def forward(self, x):
        return self.ending(self.body(x))


class ArgMax(nn.Module):
    def forward(self, x):
        return torch.argmax(x, dim=1)

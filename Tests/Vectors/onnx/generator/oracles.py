"""Operators PyTorch has under another meaning, written out with PyTorch's differentiable pieces."""

import math

import torch
from torch.nn import functional as F


def same_pads(sizes, kernel, strides, dilations, upper):
    """Begin and end padding per axis so that the output has ceil(size / stride) positions."""
    begins, ends = [], []
    for size, k, s, d in zip(sizes, kernel, strides, dilations):
        total = max((math.ceil(size / s) - 1) * s + (k - 1) * d + 1 - size, 0)
        small, large = total // 2, total - total // 2
        begins.append(small if upper else large)
        ends.append(large if upper else small)
    return begins + ends


def torch_padding(pads):
    """ONNX lists all begins, then all ends; torch lists pairs, last axis first."""
    half = len(pads) // 2
    return [value for axis in reversed(range(half)) for value in (pads[axis], pads[axis + half])]


def convolution(x, w, b=None, *, strides=None, dilations=None, pads=None, group=1, auto=None):
    axes = x.ndim - 2
    strides, dilations = strides or [1] * axes, dilations or [1] * axes
    if auto:
        pads = same_pads(x.shape[2:], w.shape[2:], strides, dilations, auto == "SAME_UPPER")
    function = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    return function(F.pad(x, torch_padding(pads or [0] * 2 * axes)), w, b, strides, 0, dilations, group)


def windows(x, kernel, strides=None, dilations=None, pads=None, ceil=False, auto=None, fill=0.0):
    """Every window, [N, C, *outputs, *kernel]; which cells lie in the input; which in it or its padding."""
    axes = len(kernel)
    strides, dilations, pads = strides or [1] * axes, dilations or [1] * axes, pads or [0] * 2 * axes
    if auto:
        pads = same_pads(x.shape[2:], kernel, strides, dilations, auto == "SAME_UPPER")
    positions = []
    for axis, size in enumerate(x.shape[2:]):
        reach = (kernel[axis] - 1) * dilations[axis] + 1
        padded = size + pads[axis] + pads[axis + axes]
        count = (math.ceil if ceil else math.floor)((padded - reach) / strides[axis]) + 1
        if ceil and (count - 1) * strides[axis] >= size + pads[axis]:
            count -= 1  # a window may not start in the end padding
        start = torch.arange(count) * strides[axis] - pads[axis]
        positions.append(start[:, None] + torch.arange(kernel[axis]) * dilations[axis])
    flat = torch.zeros([1] * 2 * axes, dtype=torch.long)
    inside = torch.ones([1] * 2 * axes, dtype=torch.bool)
    counted = torch.ones([1] * 2 * axes, dtype=torch.bool)
    for axis, position in enumerate(positions):
        shape = [1] * 2 * axes
        shape[axis], shape[axis + axes] = position.shape
        size = x.shape[2 + axis]
        position = position.reshape(shape)
        inside = inside & (position >= 0) & (position < size)
        counted = counted & (position < size + pads[axis + axes])
        flat = flat * size + position.clamp(0, size - 1)
    values = x.flatten(2)[:, :, flat.reshape(-1)].reshape(*x.shape[:2], *flat.shape)
    return torch.where(inside, values, torch.tensor(fill, dtype=x.dtype)), inside, counted


def max_pool(x, kernel, **options):
    values, _, _ = windows(x, kernel, fill=-math.inf, **options)
    return values.flatten(-len(kernel)).amax(-1)


def average_pool(x, kernel, include=False, **options):
    values, inside, counted = windows(x, kernel, **options)
    cells = (counted if include else inside).flatten(-len(kernel)).sum(-1)
    return values.flatten(-len(kernel)).sum(-1) / cells


def normalise(x, scale, bias, mean, variance, epsilon=1e-5):
    return F.batch_norm(x, mean, variance, scale, bias, False, 0.0, epsilon)


def flattened(function, x, axis):
    """Softmax before opset 13: over everything from `axis` on, seen as one row."""
    axis = axis % x.ndim
    rows = math.prod(x.shape[:axis])
    return function(x.reshape(rows, -1), dim=1).reshape(x.shape)


def pad(x, pads, mode="constant", value=0.0, axes=None):
    """Any rank, any mode, negative amounts crop; by gathering along each axis in turn."""
    axes = list(range(x.ndim)) if axes is None else [a % x.ndim for a in axes]
    for position, axis in enumerate(axes):
        begin, end = pads[position], pads[position + len(axes)]
        size = x.shape[axis]
        index = torch.arange(-begin, size + end)
        inside = (index >= 0) & (index < size)
        if mode == "edge":
            index = index.clamp(0, size - 1)
        elif mode == "reflect":
            period = 2 * (size - 1)
            index = index % period
            index = torch.where(index < size, index, period - index)
        else:
            index = index.clamp(0, size - 1)
        x = x.index_select(axis, index)
        if mode == "constant":
            shape = [1] * x.ndim
            shape[axis] = len(index)
            x = torch.where(inside.reshape(shape), x, torch.tensor(value, dtype=x.dtype))
    return x

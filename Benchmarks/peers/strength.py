"""Looks at what attacks found with PyTorch's eyes, in double precision: is it legal, misread, and how far."""

import numpy
import torch

# A point on a boundary may lie on either side of it for tools that add in another order. What PyTorch still
# reads correctly counts as misread, too, if another class is behind by less than this share of the largest score.
ROUNDING = 1e-5
# How far a candidate may be beyond the radius, as a share of it: the rounding of its elements.
EXCESS = 1e-5


def scores(model, points):
    with torch.inference_mode():
        return torch.cat([model(batch) for batch in points.double().split(256)])


def is_misread(model, points, labels):
    found = scores(model, points)
    own = found.gather(1, labels[:, None])[:, 0]
    others = found.scatter(1, labels[:, None], float("-inf")).amax(1)
    return others > own - ROUNDING * found.abs().amax(1)


def distances(points, inputs, norm):
    apart = (points.double() - inputs.double()).flatten(1)
    order = {"linf": float("inf"), "l2": 2, "l1": 1, "l0": 0}[norm]
    return torch.linalg.vector_norm(apart, order, dim=1)


def prepared(model, workload):
    inputs, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)
    model = model.double()
    return model, inputs, labels, (scores(model, inputs).argmax(1) == labels).numpy()


def is_in_box(points):
    return ((points >= 0) & (points <= 1)).flatten(1).all(1)


def ensemble(model, workload, points, broken_by):
    """What each of a series of attacks left, and how many samples its tool calls broken that are not."""
    model, inputs, labels, is_right = prepared(model, workload)
    reach = workload["epsilon"] * (1 + EXCESS)
    is_legal = (distances(points, inputs, workload["norm"]) <= reach) & is_in_box(points)
    is_broken = (is_misread(model, points, labels) & is_legal).numpy()
    said = broken_by > 0
    stages = int(broken_by.max(initial=0))
    left = [int((is_right & ~(is_broken & said & (broken_by <= stage))).sum()) for stage in range(stages + 1)]
    return {
        "samples": len(labels),
        "left": left,
        "isLeft": (is_right & ~(is_broken & said)).astype(int).tolist(),
        "untrue": int((is_right & said & ~is_broken).sum()),
    }


def nearest(model, workload, points, found):
    """How far what was found is, of samples that were read correctly before; nothing found is infinitely far."""
    model, inputs, labels, is_right = prepared(model, workload)
    is_broken = (is_misread(model, points, labels) & is_in_box(points)).numpy()
    said = found > 0
    away = distances(points, inputs, workload["norm"]).numpy()
    away = numpy.where(is_broken & said, away, numpy.inf)[is_right]
    return {
        "samples": int(is_right.sum()),
        "successes": int(numpy.isfinite(away).sum()),
        "median": float(numpy.median(away)),
        "distances": [float(value) for value in away],
        "untrue": int((is_right & said & ~is_broken).sum()),
    }

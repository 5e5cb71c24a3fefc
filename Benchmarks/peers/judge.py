"""Looks at what all tools computed with the same eyes, PyTorch's, and writes `judged.json`.

A tool that is fast because it did something else is found here: an attack is judged by the loss and the
accuracy it leaves and by how far it went, logits by their distance from PyTorch's, and gradients by their
distance from those that PyTorch computes in double precision.
"""

import argparse
import json
import pathlib

import numpy
import torch
from torch.nn import functional

import measuring
import models
import pytorch_tool
import strength


def attacked(model, workload, points):
    """What an attack left of the network."""
    clean, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)
    with torch.inference_mode():
        logits = torch.cat([model(batch) for batch in points.split(256)])
    return {
        "meanLoss": functional.cross_entropy(logits, labels).item(),
        "robustAccuracy": (logits.argmax(1) == labels).float().mean().item(),
        "distance": (points - clean).abs().max().item(),
        "isInsideBox": bool((points >= 0).all() and (points <= 1).all()),
    }


def difference(found, expected):
    """The relative L2 distance: of everything, of the median sample, and of the sample where it is largest.

    Where a unit is a rounding error away from zero, its rectifier is open for one tool and shut for another,
    and the gradient of that sample differs by a whole path; it is rare, and no tool's mistake.
    Double precision tells how often it happens to PyTorch itself.
    """
    apart, size = (found - expected).flatten(1).double(), expected.flatten(1).double()
    samples = apart.norm(dim=1) / size.norm(dim=1).clamp_min(1e-30)
    return {
        "relative": (apart.norm() / size.norm()).item(),
        "medianSample": samples.median().item(),
        "worstSample": samples.max().item(),
    }


def judged(workload, arrays):
    model = models.load(workload.model, workload.folder)
    array = torch.from_numpy(arrays["x"]).contiguous()
    if workload.kind == "autoattack":
        return strength.ensemble(model, workload, array, arrays["brokenBy"])
    if workload.kind == "minimum-norm":
        return strength.nearest(model, workload, array, arrays["found"])
    inputs = torch.from_numpy(workload.inputs)
    if workload.kind.startswith("pgd"):
        return attacked(model, workload, array)
    if workload.kind == "gradient":
        labels = torch.from_numpy(workload.labels)
        single = pytorch_tool.input_gradient(model, inputs.clone(), labels)
        exact = pytorch_tool.input_gradient(model.double(), inputs.double(), labels)
        # How far one gets in single precision, where no tool can tell which way a rectifier goes.
        return difference(array, exact) | {"pytorchRelative": difference(single, exact)["relative"]}
    with torch.inference_mode():
        return difference(array, torch.cat([model(batch) for batch in inputs.split(256)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    options = parser.parse_args()
    entries = []
    for path in sorted((options.folder / "results").glob("*.npz")):
        name, tool = path.stem.rsplit(".", 1)
        with numpy.load(path) as archive:
            arrays = dict(archive)
        workload = measuring.Workload(options.folder, name)
        torch.set_num_threads(workload.threads)
        entries.append({"workload": name, "tool": tool} | judged(workload, arrays))
    configuration = [line.strip(" -") for line in torch.__config__.show().splitlines()]
    libraries = [line for line in configuration if "Math Kernel" in line or "MKL-DNN" in line]
    found = {"entries": entries, "torch": torch.__version__, "torchLibraries": libraries}
    options.output.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

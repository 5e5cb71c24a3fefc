"""Writes what all tools read into a folder: inputs (.npz), networks (.pt and .onnx) and `workloads.json`.

A network that is there already is made anew only if it is older than the code that makes it or comes from
other data.
"""

import argparse
import json
import pathlib
import time
import warnings

import numpy
import torch
from torch.nn import functional

import models
import pictures
import pytorch_tool
import robust_training
import workloads

def fit(model, inputs, labels, epochs, radii=()):
    """Adam for some epochs, then adversarial training with these radii, one epoch each."""
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for radius in [0.0] * epochs + list(radii):
        for rows in torch.randperm(len(inputs)).split(128):
            batch = inputs[rows]
            if radius > 0:
                batch = pytorch_tool.ascend(model, batch, labels[rows], radius, radius / 3, 7)
            optimizer.zero_grad()
            functional.cross_entropy(model(batch), labels[rows]).backward()
            optimizer.step()


def trained(name, data):
    """A network worth attacking; it is fitted to other draws of the same digits than it is measured on."""
    torch.manual_seed(0)
    inputs, labels = data[workloads.MODELS[name][1]]
    model = models.build(name)
    model.train()
    if name == "resnet-18":
        # Its cost does not depend on its weights; only its normalisations have to do something real.
        with torch.no_grad():
            for layer in model.modules():
                if isinstance(layer, torch.nn.BatchNorm2d):
                    layer.weight.uniform_(0.5, 1.5)
                    layer.bias.normal_(0, 0.1)
            for rows in inputs[:512].split(64):
                model(rows)
    elif name == "cnn-hardened":
        fit(model, inputs, labels, 6, radii=[0.1, 0.1])
    elif name == "cnn":
        # Hardly trained, so that training it for an epoch more has something to do.
        fit(model, inputs[:640], labels[:640], 1)
    elif name.startswith("strength-"):
        robust_training.fit(name, model, inputs, labels)
    else:
        fit(model, inputs, labels, 5)
    return model.eval()


def write_model(name, model, sample, folder):
    """Weights, and an ONNX file with the layers as they are: folding a normalisation is each tool's business.

    Only the older exporter can leave normalisations alone, hence `dynamo=False` and `PRESERVE`.
    """
    torch.save(model.state_dict(), folder / f"{name}.pt")
    warnings.simplefilter("ignore")
    torch.onnx.export(
        model,
        (sample,),
        str(folder / f"{name}.onnx"),
        input_names=["input"],
        output_names=["logits"],
        dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}},
        opset_version=18,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )


HERE = pathlib.Path(__file__).resolve().parent


def source(name):
    return pictures.source() if name.startswith("strength-") else ("digits of scikit-learn", 0)


def is_fresh(name, folder):
    """Whether the network is there, newer than what made it, and from the data that is asked for."""
    description = folder / f"{name}.json"
    made_by = [HERE / f"{module}.py" for module in ("export", "models", "pictures", "robust_training")]
    if not description.exists() or description.stat().st_mtime < max(p.stat().st_mtime for p in made_by):
        return False
    return json.loads(description.read_text())["source"] == list(source(name))


class Data:
    """The pictures, read or drawn when they are first asked for."""

    def __init__(self):
        self.known = {}

    def __getitem__(self, name):
        """What to train on and what to measure."""
        if name not in self.known:
            if name.startswith("pictures-"):
                self.known |= pictures.strength()
            else:
                measured, training = pictures.drawn(seed=1), pictures.drawn(seed=2)
                self.known |= {key: (training[key], measured[key]) for key in measured}
        return self.known[name]


def export(name, data, folder):
    """Trains a network and writes it, its inputs and its description."""
    title, origin = workloads.MODELS[name]
    start = time.monotonic()
    training, (inputs, labels) = data[origin]
    numpy.savez(folder / f"{origin}.npz", x=inputs.numpy(), y=labels.numpy())
    model = trained(name, {origin: training})
    write_model(name, model, inputs[:2], folder)
    with torch.no_grad():
        accuracy = (model(inputs[:512]).argmax(1) == labels[:512]).float().mean().item()
    description = {
        "title": title,
        "data": origin,
        "source": source(name),
        "multiplyAdds": models.multiply_adds(model, inputs[:1]),
        "accuracy": accuracy,
    }
    (folder / f"{name}.json").write_text(json.dumps(description) + "\n")
    taken = time.monotonic() - start
    print(f"{name}: {100 * accuracy:.1f} % of 512 samples right, made in {taken:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("models", nargs="*", help="the networks that are needed; all unless given")
    parser.add_argument("--force", action="store_true", help="make them anew in any case")
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(workloads.THREADS)
    data = Data()
    for name in options.models or workloads.MODELS:
        if options.force or not is_fresh(name, folder):
            export(name, data, folder)
    described = {
        name: json.loads(path.read_text())
        for name in workloads.MODELS
        if (path := folder / f"{name}.json").exists()
    }
    listing = {"threads": workloads.THREADS, "models": described, "workloads": workloads.ALL}
    (folder / "workloads.json").write_text(json.dumps(listing, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Writes what all tools read into a folder: inputs (.npz), networks (.pt and .onnx) and `workloads.json`.

The inputs are the 8×8 handwritten digits that scikit-learn carries, as they are and enlarged to the shape of
MNIST and of CIFAR-10, so nothing has to be downloaded.
"""

import argparse
import json
import pathlib
import warnings

import numpy
import torch
from torch.nn import functional

import models
import pytorch_tool
import workloads

SAMPLES = 2560


def digits(count, seed):
    """Digits [count, 1, 8, 8] in 0…1 with their classes; drawn with repetition, each a little noisy."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    random = numpy.random.default_rng(seed)
    chosen = random.integers(0, len(images), count)
    noisy = images[chosen] / 16 + random.normal(0, 0.02, (count, 64))
    return torch.from_numpy(noisy.clip(0, 1).reshape(-1, 1, 8, 8)).float(), torch.from_numpy(labels[chosen])


def placed(images, size, seed):
    """The digits enlarged to 20×20, each somewhere near the middle of a black square, as MNIST has them."""
    large = functional.interpolate(images, size=(20, 20), mode="bilinear", align_corners=False)
    canvas = torch.zeros(len(images), 1, size, size)
    random = numpy.random.default_rng(seed)
    middle = (size - 20) // 2
    for index, (top, left) in enumerate(random.integers(middle - 2, middle + 3, (len(images), 2))):
        canvas[index, :, top : top + 20, left : left + 20] = large[index]
    return canvas


def coloured(images, seed):
    """One channel turned into three: a colour for the digit and one for the ground, chosen for each image."""
    random = numpy.random.default_rng(seed)
    ink, ground = (torch.from_numpy(random.random((len(images), 3, 1, 1))).float() for _ in range(2))
    return images * ink + (1 - images) * ground


def data_sets(seed):
    small, labels = digits(SAMPLES, seed)
    mnist_like = placed(small, 28, seed)
    return {
        "digits-8": (small.flatten(1), labels),
        "digits-28": (mnist_like, labels),
        "digits-784": (mnist_like.flatten(1), labels),
        "digits-32": (coloured(placed(small, 32, seed), seed), labels),
    }


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(workloads.THREADS)

    data = data_sets(seed=1)
    for name, (inputs, labels) in data.items():
        numpy.savez(folder / f"{name}.npz", x=inputs.numpy(), y=labels.numpy())
    described = {}
    training_data = data_sets(seed=2)
    for name, (title, source) in workloads.MODELS.items():
        model = trained(name, training_data)
        inputs, labels = data[source]
        write_model(name, model, inputs[:2], folder)
        with torch.no_grad():
            accuracy = (model(inputs[:512]).argmax(1) == labels[:512]).float().mean().item()
        described[name] = {
            "title": title,
            "data": source,
            "multiplyAdds": models.multiply_adds(model, inputs[:1]),
            "accuracy": accuracy,
        }
        print(f"{name}: {100 * accuracy:.1f} % of 512 samples right")
    listing = {"threads": workloads.THREADS, "models": described, "workloads": workloads.ALL}
    (folder / "workloads.json").write_text(json.dumps(listing, indent=1) + "\n")


if __name__ == "__main__":
    main()

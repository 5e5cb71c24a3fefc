"""What networks are trained and measured on: drawn digits, or MNIST and CIFAR-10 from a folder of real data.

The drawn ones are the 8×8 handwritten digits that scikit-learn carries, as they are and enlarged to the shape
of MNIST and of CIFAR-10, so nothing has to be downloaded.
"""

import gzip
import os
import pathlib
import zlib

import numpy
import torch
from torch.nn import functional

import workloads

SAMPLES = 2560
TRAINING_SAMPLES = 5000


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


def drawn(seed):
    """The drawn digits in every form."""
    small, labels = digits(SAMPLES, seed)
    mnist_like = placed(small, 28, seed)
    return {
        "digits-8": (small.flatten(1), labels),
        "digits-28": (mnist_like, labels),
        "digits-784": (mnist_like.flatten(1), labels),
        "digits-32": (coloured(placed(small, 32, seed), seed), labels),
    }


def real_folder():
    """The folder of real data, if there is one; its files are found by their usual names, at any depth."""
    named = os.environ.get(workloads.DATA_FOLDER)
    return pathlib.Path(named) if named else None


def found(folder, *patterns):
    """The files below the folder that match the first pattern that any matches, in order of their names."""
    for pattern in patterns:
        if paths := sorted(folder.rglob(pattern)):
            return paths
    raise FileNotFoundError(f"{workloads.DATA_FOLDER}: no {' or '.join(patterns)} below {folder}")


def idx(path):
    """An IDX file of bytes: http://yann.lecun.com/exdb/mnist."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    rank = content[3]
    shape = numpy.frombuffer(content, ">u4", rank, offset=4)
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def tensors(images, labels):
    """Bytes in 0…255 as floats in 0…1."""
    return torch.from_numpy(images / 255).float(), torch.from_numpy(labels.astype(numpy.int64))


def mnist(folder):
    """Images to train on and images to attack, [N, 1, 28, 28]."""
    try:
        with numpy.load(found(folder, "mnist-train*.npz")[0]) as archive:
            training = archive["x"], archive["y"]
    except FileNotFoundError:
        images, labels = (idx(found(folder, f"train-{what}*")[0]) for what in ("images", "labels"))
        training = images[:TRAINING_SAMPLES], labels[:TRAINING_SAMPLES]
    measured = [idx(found(folder, f"t10k-{what}*")[0]) for what in ("images", "labels")]
    return [tensors(images.reshape(-1, 1, 28, 28), labels) for images, labels in (training, measured)]


def cifar(folder):
    """The same for CIFAR-10, [N, 3, 32, 32]; in its files a byte for the class and 3,072 for the picture."""
    parts = []
    for patterns in (("train_*.bin", "data_batch_*.bin"), ("test_*.bin",)):
        rows = [numpy.frombuffer(path.read_bytes(), numpy.uint8) for path in found(folder, *patterns)]
        rows = numpy.concatenate(rows).reshape(-1, 3073)[:TRAINING_SAMPLES]
        parts.append(tensors(rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0]))
    return parts


def source():
    """What the pictures of `strength` are, and a number that changes with the folder they come from."""
    folder = real_folder()
    if folder is None:
        return "digits of scikit-learn", 0
    return "MNIST and CIFAR-10", zlib.crc32(str(folder).encode())


def strength():
    """The pictures on which strength is measured: by name, those to train on and those to attack."""
    folder = real_folder()
    if folder is not None:
        return {"pictures-28": mnist(folder), "pictures-32": cifar(folder)}
    training, measured = drawn(seed=2), drawn(seed=1)
    return {
        "pictures-28": (training["digits-28"], measured["digits-28"]),
        "pictures-32": (training["digits-32"], measured["digits-32"]),
    }

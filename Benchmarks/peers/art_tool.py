"""The Adversarial Robustness Toolbox: its PGD on PyTorch tensors, and its trainer after Madry et al.

It has no early stop, so it takes every step for every sample where others stop.
"""

import numpy
import torch
from art.attacks.evasion import ProjectedGradientDescentPyTorch
from art.defences.trainer import AdversarialTrainerMadryPGD
from art.estimators.classification import PyTorchClassifier

import measuring
import models


def classifier(model, workload, optimizer=None):
    return PyTorchClassifier(
        model=model,
        loss=torch.nn.CrossEntropyLoss(),
        optimizer=optimizer,
        input_shape=workload.inputs.shape[1:],
        nb_classes=10,
        clip_values=(0.0, 1.0),
        device_type="cpu",
    )


def attack(workload):
    # Frozen, so that it computes no gradients of weights that nobody reads.
    model = models.load(workload.model, workload.folder)
    pgd = ProjectedGradientDescentPyTorch(
        classifier(model, workload),
        norm=numpy.inf,
        eps=workload["epsilon"],
        eps_step=workload["stepSize"],
        max_iter=workload["steps"],
        targeted=False,
        num_random_init=0,
        batch_size=workload["batch"],
        verbose=False,
    )
    return lambda: pgd.generate(workload.inputs, numpy.eye(10, dtype=numpy.float32)[workload.labels])


def adversarial_training(workload):
    labels = numpy.eye(10, dtype=numpy.float32)[workload.labels]

    def run():
        model = models.load(workload.model, workload.folder, frozen=False)
        optimizer = torch.optim.SGD(
            model.parameters(), lr=workload["learningRate"], momentum=workload["momentum"]
        )
        trainer = AdversarialTrainerMadryPGD(
            classifier(model, workload, optimizer),
            nb_epochs=1,
            batch_size=workload["batch"],
            eps=workload["epsilon"],
            eps_step=workload["stepSize"],
            max_iter=workload["steps"],
            num_random_init=0,
        )
        # It attacks in batches of 32 unless told otherwise, and shows a bar for each.
        trainer.attack.set_params(batch_size=workload["batch"], verbose=False)
        trainer.fit(workload.inputs, labels)
        return {}

    return run


def prepare(workload):
    torch.set_num_threads(workload.threads)
    return adversarial_training(workload) if workload.kind == "adversarial-train" else attack(workload)


if __name__ == "__main__":
    measuring.main("art", prepare)

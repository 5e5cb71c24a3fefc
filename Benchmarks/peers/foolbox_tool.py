"""Foolbox: its L∞ PGD. It has no early stop, so it takes every step for every sample where others stop."""

import foolbox
import torch

import measuring
import models


def prepare(workload):
    torch.set_num_threads(workload.threads)
    # Frozen, so that it computes no gradients of weights that nobody reads.
    model = foolbox.PyTorchModel(models.load(workload.model, workload.folder), bounds=(0, 1), device="cpu")
    inputs, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)
    attack = foolbox.attacks.LinfPGD(
        abs_stepsize=workload["stepSize"], steps=workload["steps"], random_start=False
    )

    def run():
        parts = []
        for batch, truth in zip(inputs.split(workload["batch"]), labels.split(workload["batch"])):
            _, clipped, _ = attack(model, batch, truth, epsilons=workload["epsilon"])
            parts.append(clipped)
        return torch.cat(parts)

    return run


if __name__ == "__main__":
    measuring.main("foolbox", prepare)

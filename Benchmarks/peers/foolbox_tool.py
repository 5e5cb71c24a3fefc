"""Foolbox: its L∞ PGD, and its attacks that look for the smallest perturbation.

Its PGD has no early stop, so it takes every step for every sample where others stop.
"""

import foolbox
import torch

import measuring
import models


def wrapped(workload):
    # Frozen, so that it computes no gradients of weights that nobody reads.
    network = models.load(workload.model, workload.folder)
    return foolbox.PyTorchModel(network, bounds=(0, 1), device="cpu"), network


def pgd(workload):
    model, _ = wrapped(workload)
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


class Meter:
    """Counts how many samples a network is asked about, with and without a gradient."""

    def __init__(self, network):
        self.queries = self.gradients = 0
        network.register_forward_hook(self.count)

    def count(self, network, inputs, output):
        if torch.is_grad_enabled():
            self.gradients += len(output)
        else:
            self.queries += len(output)


def smallest(workload):
    """The attack of a workload, with the knobs that every tool is given."""
    name, norm, attacks = workload["attack"], workload["norm"], foolbox.attacks
    if name == "cw":
        return attacks.L2CarliniWagnerAttack(
            binary_search_steps=workload["searchSteps"],
            steps=workload["steps"],
            stepsize=workload["stepSize"],
            initial_const=workload["initialConstant"],
        )
    if name == "deepfool":
        kind = {"l2": attacks.L2DeepFoolAttack, "linf": attacks.LinfDeepFoolAttack}[norm]
        return kind(steps=workload["steps"])
    if name == "fmn":
        kinds = {
            "linf": attacks.LInfFMNAttack,
            "l2": attacks.L2FMNAttack,
            "l1": attacks.L1FMNAttack,
            "l0": attacks.L0FMNAttack,
        }
        return kinds[norm](steps=workload["steps"], max_stepsize=workload["stepSize"])
    if name == "ddn":
        return attacks.DDNAttack(steps=workload["steps"])
    return attacks.HopSkipJumpAttack(steps=workload["steps"], constraint=norm)


def starting_points(model, inputs, labels, norm):
    """For each sample the nearest one that has another label and is not seen as a sample of its own class."""
    with torch.no_grad():
        seen = torch.cat([model(batch) for batch in inputs.split(256)]).argmax(1)
    flat = inputs.flatten(1)
    distances = torch.cdist(flat, flat, p=float("inf") if norm == "linf" else 2)
    is_other = (labels[:, None] != labels[None, :]) & (labels[:, None] != seen[None, :])
    return inputs[distances.masked_fill(~is_other, float("inf")).argmin(1)]


def minimum_norm(workload):
    """All samples at once, as its users do, but for HopSkipJump.

    That one shortens the steps of each sample by the size of all samples' gradients together, so it only keeps to
    its paper with one sample at a time.
    """
    model, network = wrapped(workload)
    inputs, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)
    attack, is_by_label = smallest(workload), workload["attack"] == "hop-skip-jump"
    torch.manual_seed(0)

    def run():
        meter = Meter(network)
        points, found = inputs.clone(), torch.ones(len(inputs), dtype=torch.bool)
        if not is_by_label:
            _, points, found = attack(model, inputs, labels, epsilons=None)
            # Its Carlini and Wagner attack gives back a black picture where it finds nothing, and counts it if it is misread.
            found = found & (points.flatten(1).abs().amax(1) > 0)
        else:
            starts = starting_points(network, inputs, labels, workload["norm"])
            for row in range(len(inputs)):
                one = slice(row, row + 1)
                if network(inputs[one]).argmax() != labels[row]:
                    continue
                _, points[one], found[one] = attack(
                    model, inputs[one], labels[one], epsilons=None, starting_points=starts[one]
                )
        counts = {"queries": meter.queries / len(inputs), "gradients": meter.gradients / len(inputs)}
        return {"x": points.numpy(), "found": found.float().numpy()}, counts

    return run


def prepare(workload):
    torch.set_num_threads(workload.threads)
    return minimum_norm(workload) if workload.kind == "minimum-norm" else pgd(workload)


if __name__ == "__main__":
    measuring.main("foolbox", prepare)

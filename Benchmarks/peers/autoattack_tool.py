"""AutoAttack as its authors publish it: github.com/fra31/auto-attack, on PyPI as pyautoattack."""

import time

import numpy
import torch
from pyautoattack import autoattack

import measuring
import models

NORMS = {"linf": "Linf", "l2": "L2", "l1": "L1"}
# Its own default is 250; for a small network more at once is faster.
BATCH = 500


class Stages(autoattack.EvaluationState):
    """What AutoAttack keeps of its progress, with the time and the samples left after each attack."""

    ends = []

    def add_run_attack(self, attack):
        super().add_run_attack(attack)
        Stages.ends.append((time.perf_counter(), self.robust_flags.numpy().copy()))


def prepare(workload):
    torch.set_num_threads(workload.threads)
    autoattack.EvaluationState = Stages
    model = models.load(workload.model, workload.folder)
    inputs, labels = torch.from_numpy(workload.inputs), torch.from_numpy(workload.labels)

    def run():
        ensemble = autoattack.AutoAttack(
            model, norm=NORMS[workload["norm"]], eps=workload["epsilon"], version="standard", seed=0
        )
        Stages.ends = []
        with torch.no_grad():
            left = (model(inputs).argmax(1) == labels).numpy()
        broken_by = numpy.where(left, -1, 0)
        start = time.perf_counter()
        points, _ = ensemble.run_standard_evaluation(inputs, labels, batch_size=min(BATCH, len(inputs)))
        numbers = {}
        for number, (end, still_left) in enumerate(Stages.ends, start=1):
            broken_by[left & ~still_left] = number
            numbers[f"seconds.{number}"] = end - start
            start, left = end, still_left
        return {"x": points.numpy(), "brokenBy": broken_by.astype(numpy.float32)}, numbers

    return run


if __name__ == "__main__":
    measuring.main("autoattack", prepare)

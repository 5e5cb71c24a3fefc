"""What every peer's process does: read one workload, run it some times, print one line of JSON."""

import argparse
import json
import pathlib
import resource
import sys
import time

import numpy


def peak_bytes():
    """The largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Workload:
    """One workload with its inputs, cut to as many samples as it asks for."""

    def __init__(self, folder, name):
        self.folder = folder
        listing = json.loads((folder / "workloads.json").read_text())
        self.threads = listing["threads"]
        self.fields = next(entry for entry in listing["workloads"] if entry["name"] == name)
        self.kind, self.model = self.fields["kind"], self.fields["model"]
        if self.model:
            with numpy.load(folder / f"{listing['models'][self.model]['data']}.npz") as data:
                count = self.fields["samples"]
                self.inputs, self.labels = data["x"][:count], data["y"][:count]

    def __getitem__(self, field):
        return self.fields[field]


def sorted_out(result):
    """Arrays and numbers of what a repetition gave."""
    if isinstance(result, tuple):
        return result
    return ({}, result) if isinstance(result, dict) else ({"x": result}, {})


def main(tool, prepare):
    """`prepare` turns a workload into a function that does it once.

    That function returns an array of results, a dictionary of numbers, or a dictionary of arrays and one of
    numbers, to see that all tools did the same. What takes minutes is done once, and cold.
    """
    parser = argparse.ArgumentParser(description=f"Runs one workload with {tool}.")
    parser.add_argument("folder", type=pathlib.Path, help="what export.py wrote")
    parser.add_argument("workload")
    parser.add_argument("--repetitions", type=int, default=3, help="the fewest")
    parser.add_argument("--seconds", type=float, default=1, help="go on repeating for as long as this")
    parser.add_argument("--limit", type=float, default=30, help="begin no other after as long as this")
    parser.add_argument("--save", type=pathlib.Path, help="where to write the array of results (.npz)")
    options = parser.parse_args()

    workload = Workload(options.folder, options.workload)
    run = prepare(workload)
    loaded = peak_bytes()
    result, seconds = None, []
    if not workload.fields.get("isLong"):
        result = run()  # warms up: memory, kernels, caches

    def is_enough():
        if workload.fields.get("isLong") and seconds:
            return True
        if len(seconds) >= options.repetitions and sum(seconds) >= options.seconds:
            return True
        return bool(seconds) and sum(seconds) >= options.limit

    while not is_enough():
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    arrays, numbers = sorted_out(result)
    if options.save and arrays:
        numpy.savez(options.save, **{name: numpy.asarray(array) for name, array in arrays.items()})
    line = {
        "tool": tool,
        "workload": options.workload,
        "seconds": seconds,
        "loadedBytes": loaded,
        "peakBytes": peak_bytes(),
        "digest": numbers,
    }
    print(json.dumps(line))

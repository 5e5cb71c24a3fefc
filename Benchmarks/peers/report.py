"""Turns what the harness left in `work` into RESULTS.md, and finds what is wrong with it."""

import importlib.metadata
import json
import os
import platform
import subprocess
from statistics import median

import strength_report
import workloads

PACKAGES = ["torch", "adversarial-robustness-toolbox", "foolbox", "pyautoattack", "onnxruntime", "numpy"]
TITLES = {
    workloads.BULWARK: "Bulwark",
    workloads.PYTORCH: "PyTorch",
    workloads.ART: "ART",
    workloads.FOOLBOX: "Foolbox",
    workloads.ONNX_RUNTIME: "ONNX Runtime",
    workloads.AUTOATTACK: "AutoAttack",
}
# The largest relative difference of a gradient from that in double precision, or else how many times
# PyTorch's own; and of mean losses after an attack.
GRADIENT_TOLERANCE = 1e-3
GRADIENT_FACTOR = 1.5
LOSS_TOLERANCE = 0.05


def table(header, rows):
    if not rows:
        return "Not measured."
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def duration(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def operations(workload, multiply_adds):
    """Floating-point operations of one repetition in matrix products and convolutions; None if it depends.

    A multiplication and an addition count as two. A gradient of the inputs costs another forward pass;
    gradients of the weights one more, and then those of the inputs are not needed at the first layer.
    """
    samples, forward, first = workload["samples"], 2 * sum(multiply_adds), 2 * (multiply_adds or [0])[0]
    kind = workload["kind"]
    attack = 2 * forward * workload.get("steps", 0)
    if kind == "pgd":
        return samples * attack
    if kind == "train":
        return samples * (3 * forward - first)
    if kind == "adversarial-train":
        return samples * (attack + 3 * forward - first)
    if kind == "inference":
        return samples * forward
    if kind == "matrix-product":
        return 2 * samples**3 * workload["times"]
    return None


class Measured:
    """The times and memory of all turns, by workload and tool."""

    def __init__(self, folder):
        listing = json.loads((folder / "workloads.json").read_text())
        self.models = listing["models"]
        self.workloads = listing["workloads"]
        document = json.loads((folder / "lines.json").read_text())
        self.load, self.lines = document["load"], document["lines"]
        self.judged = json.loads((folder / "judged.json").read_text())

    def of(self, workload, tool, field):
        lines = [line for line in self.lines if (line["workload"], line["tool"]) == (workload["name"], tool)]
        return [line[field] for line in lines if field in line]

    def seconds(self, workload, tool):
        return [time for times in self.of(workload, tool, "seconds") for time in times]

    def of_kinds(self, *kinds):
        known = {line["workload"] for line in self.lines}
        return [entry for entry in self.workloads if entry["kind"] in kinds and entry["name"] in known]

    def verdicts(self, workload):
        return {e["tool"]: e for e in self.judged["entries"] if e["workload"] == workload["name"]}


def machine(measured):
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            cpu = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), cpu)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    engines = sorted({line["engine"] for line in measured.lines if "engine" in line})
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return "\n".join(
        [
            f"- {cpu}, {os.cpu_count()} processors, {memory:.0f} GiB",
            f"- {platform.system()} {platform.release()}",
            f"- Bulwark: {swift[0].strip() if swift else 'Swift'}; {', '.join(engines) or 'not run'}",
            f"- Peers: Python {platform.python_version()}, {', '.join(versions)}",
            f"- PyTorch is built with: {'; '.join(measured.judged['torchLibraries'])}",
            f"- {workloads.THREADS} threads for every tool; load of the machine before: {measured.load:.2f}",
        ]
    )


def time_rows(measured, entries, tools):
    rows = []
    for workload in entries:
        times = {tool: measured.seconds(workload, tool) for tool in tools}
        own = times.get(workloads.BULWARK)
        cells = [workload["title"]]
        for tool in tools:
            found = times[tool]
            if not found:
                cells.append("failed" if measured.of(workload, tool, "failure") else "–")
                continue
            cell = f"{duration(median(found))} ({duration(min(found))})"
            if own and tool != workloads.BULWARK:
                cell += f", **{median(found) / median(own):.2f}×**"
            cells.append(cell)
        rows.append(cells)
    return rows


def throughput_rows(measured, entries, tools):
    rows = []
    for workload in entries:
        cells = [workload["title"]]
        own = measured.seconds(workload, workloads.BULWARK)
        for tool in tools:
            found = measured.seconds(workload, tool)
            if not found:
                cells.append("failed" if measured.of(workload, tool, "failure") else "–")
                continue
            cell = f"{workload['samples'] / median(found):,.0f}"
            if own and tool != workloads.BULWARK:
                cell += f", **{median(found) / median(own):.2f}×**"
            cells.append(cell)
        rows.append(cells)
    return rows


def peak_rate(measured):
    """The best rate that any tool multiplied matrices with, in operations a second."""
    rates = [
        operations(workload, []) / median(times)
        for workload in measured.of_kinds("matrix-product")
        for tool in workload["tools"]
        if (times := measured.seconds(workload, tool))
    ]
    return max(rates, default=None)


def share_rows(measured, entries, tools, peak):
    rows = []
    for workload in entries:
        model = measured.models.get(workload["model"])
        count = operations(workload, model["multiplyAdds"] if model else [])
        if count is None:
            continue
        cells = [workload["title"], f"{count / 1e9:,.1f}"]
        for tool in tools:
            times = measured.seconds(workload, tool)
            if not times:
                cells.append("–")
                continue
            rate = count / median(times)
            cells.append(f"{rate / 1e9:.0f}" + (f" ({100 * rate / peak:.0f} %)" if peak else ""))
        rows.append(cells)
    return rows


def memory_rows(measured, entries, tools):
    rows = []
    for workload in entries:
        cells = [workload["title"]]
        for tool in tools:
            peaks = measured.of(workload, tool, "peakBytes")
            loaded = measured.of(workload, tool, "loadedBytes")
            cells.append(f"{max(peaks) / 2**20:.0f} ({min(loaded) / 2**20:.0f})" if peaks else "–")
        rows.append(cells)
    return rows


def gradient_rows(measured, complaints):
    rows = []
    for workload in measured.of_kinds("gradient"):
        verdict = measured.verdicts(workload).get(workloads.BULWARK)
        if not verdict:
            complaints.append(f"{workload['name']}: no gradient to compare")
            continue
        limit = max(GRADIENT_TOLERANCE, GRADIENT_FACTOR * verdict["pytorchRelative"])
        agrees = verdict["relative"] <= limit
        if not agrees:
            complaints.append(f"{workload['name']}: gradients differ by {verdict['relative']:.1e}")
        rows.append(
            [
                measured.models[workload["model"]]["title"],
                f"{verdict['relative']:.1e}",
                f"{verdict['medianSample']:.1e}",
                f"{verdict['worstSample']:.1e}",
                f"{verdict['pytorchRelative']:.1e}",
                "yes" if agrees else "**no**",
            ]
        )
    return rows


def attack_rows(measured, tools, complaints):
    rows = []
    for workload in measured.of_kinds("pgd", "pgd-early-stop"):
        verdicts = measured.verdicts(workload)
        reference = verdicts.get(workloads.PYTORCH)
        cells = [workload["title"]]
        for tool in tools:
            verdict = verdicts.get(tool)
            if not verdict:
                cells.append("–")
                continue
            cells.append(f"{verdict['meanLoss']:.4g}; {100 * verdict['robustAccuracy']:.1f} %")
            name = f"{workload['name']}, {tool}"
            if verdict["distance"] > workload["epsilon"] + 1e-5 or not verdict["isInsideBox"]:
                complaints.append(f"{name}: left the ball or the box")
            # Whoever stops early stops at different losses by design; there the accuracy has to agree.
            stops = workload["kind"] == "pgd-early-stop"
            if reference and abs(verdict["robustAccuracy"] - reference["robustAccuracy"]) > 0.02:
                complaints.append(f"{name}: the robust accuracy differs from PyTorch's")
            if reference and not stops and verdict["meanLoss"] < (1 - LOSS_TOLERANCE) * reference["meanLoss"]:
                complaints.append(f"{name}: the loss is lower than PyTorch's")
        rows.append(cells)
    return rows


def logit_rows(measured, tools, complaints):
    rows = []
    for workload in measured.of_kinds("inference"):
        verdicts = measured.verdicts(workload)
        cells = [workload["title"]]
        for tool in tools:
            verdict = verdicts.get(tool)
            cells.append(f"{verdict['relative']:.1e}" if verdict else "–")
            if verdict and verdict["relative"] > GRADIENT_TOLERANCE:
                complaints.append(f"{workload['name']}, {tool}: logits differ by {verdict['relative']:.1e}")
        rows.append(cells)
    return rows


def training_rows(measured, tools):
    rows = []
    for workload in measured.of_kinds("train", "adversarial-train"):
        cells = [workload["title"]]
        for tool in tools:
            digests = [digest for digest in measured.of(workload, tool, "digest") if "meanLoss" in digest]
            cells.append(f"{digests[-1]['meanLoss']:.4f}" if digests else "–")
        rows.append(cells)
    return rows


def sections_of(page):
    """The text of each section of a page by its title."""
    parts = ("\n" + page).split("\n## ")[1:]
    return {title: text.strip("\n") for title, _, text in (part.partition("\n") for part in parts)}


def page(folder, before=""):
    """The page, and complaints: tools that failed, and results that do not agree.

    Where nothing was measured, what the page said before stays.
    """
    measured = Measured(folder)
    complaints = [
        f"{line['workload']}, {line['tool']}: {line['failure']}"
        for line in measured.lines
        if "failure" in line
    ]
    attackers = [workloads.BULWARK, workloads.PYTORCH, workloads.ART, workloads.FOOLBOX]
    runners = [workloads.BULWARK, workloads.PYTORCH, workloads.ONNX_RUNTIME]
    work = measured.of_kinds("pgd", "pgd-early-stop", "train", "adversarial-train")
    inference = measured.of_kinds("inference")
    product = measured.of_kinds("matrix-product")
    peak = peak_rate(measured)
    tools = [tool for tool in workloads.TOOLS if tool != workloads.AUTOATTACK]
    gradients = gradient_rows(measured, complaints)

    def titles(tools):
        return [TITLES[tool] for tool in tools]

    is_timed = bool(work + inference + product)
    sections = [
        ("Machine", is_timed or "Machine" not in sections_of(before), machine(measured)),
        (
            "Time",
            work,
            "Median (and minimum) over all repetitions of all rounds. **n×**: how many times as long "
            "as Bulwark's median. ART and Foolbox cannot stop early and take every step.\n\n"
            + table(["workload"] + titles(attackers), time_rows(measured, work, attackers)),
        ),
        (
            "Inference",
            inference,
            "Samples a second at the median; **n×** as above.\n\n"
            + table(["workload"] + titles(runners), throughput_rows(measured, inference, runners)),
        ),
        (
            "Share of the peak",
            is_timed,
            "Billions of operations a second in matrix products and convolutions, at the median"
            + (f"; in brackets the share of {peak / 1e9:.0f}, the best product of matrices below" if peak else "")
            + ".\n\n"
            + table(
                ["workload", "10⁹ operations"] + titles(tools),
                share_rows(measured, product + work + inference, tools, peak),
            ),
        ),
        (
            "Memory",
            is_timed,
            "Largest resident memory of the process in MiB; in brackets what it was before the "
            "first repetition, with libraries, network and inputs loaded.\n\n"
            + table(["workload"] + titles(tools), memory_rows(measured, work + inference, tools)),
        ),
        (
            "Agreement",
            is_timed or gradients,
            "Bulwark's gradient of the loss by the inputs against the one that PyTorch computes in double precision, "
            "64 samples: relative L2 distance of all, of the median and of the worst sample, and that of PyTorch in "
            f"single precision. The distance may be {GRADIENT_TOLERANCE:g}, or {GRADIENT_FACTOR:g} times PyTorch's: "
            "where a rectifier is a rounding error away from opening, single precision cannot tell.\n\n"
            + table(["network", "all", "median sample", "worst sample", "PyTorch, all", "agrees"], gradients)
            + "\n\nMean loss and accuracy that each attack left, as PyTorch sees it:\n\n"
            + table(["workload"] + titles(attackers), attack_rows(measured, attackers, complaints))
            + "\n\nRelative L2 distance of logits from PyTorch's:\n\n"
            + table(["workload"] + titles(runners), logit_rows(measured, runners, complaints))
            + "\n\nMean loss of the samples during the epoch, each before its step, in orders that differ:\n\n"
            + table(["workload"] + titles(runners[:2]), training_rows(measured, runners[:2])),
        ),
    ]
    sections += [
        (title, text is not None, text)
        for title, text in strength_report.sections(measured, table, TITLES, complaints)
    ]
    if complaints:
        sections.append(("Wrong", True, "\n".join(f"- {complaint}" for complaint in complaints)))
    return assembled(sections, before), complaints


def assembled(sections, before):
    """The page of sections, each a title, whether it was measured, and its text."""
    kept = sections_of(before)
    parts = [
        "# Results\n\nWritten by `Benchmarks/run`; [README.md](README.md) says what is measured and how. A section stays "
        "as it is when something else is measured."
    ]
    for title, is_measured, text in sections:
        if not is_measured:
            text = kept.get(title, "Not measured.")
        parts.append(f"## {title}\n\n{text}")
    return "\n\n".join(parts) + "\n"

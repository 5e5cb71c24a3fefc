"""Runs all tools in turn, each in a process of its own, judges their results alike, and writes the tables.

Called by `Benchmarks/run`.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import time

import report
import workloads

HERE = pathlib.Path(__file__).resolve().parent
WORK = HERE.parent / "work"
TIME_LIMIT = 3600


def options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--bulwark", type=pathlib.Path, help="the program bulwark-bench")
    parser.add_argument("--rounds", type=int, default=3, help="how often every tool's turn comes")
    parser.add_argument("--repetitions", type=int, default=3, help="the fewest repetitions of a turn")
    parser.add_argument("--seconds", type=float, default=1, help="and for how long to go on")
    parser.add_argument(
        "--only",
        action="append",
        help="workloads by name or kind, as in 'pgd-*' or autoattack; any number of times",
    )
    parser.add_argument("--tool", action="append", choices=workloads.TOOLS, help="tools; the same")
    parser.add_argument(
        "--data", type=pathlib.Path, help=f"a folder of real data; else ${workloads.DATA_FOLDER}, if it is set"
    )
    parser.add_argument("--export", action="store_true", help="make inputs and networks anew")
    parser.add_argument("--report", action="store_true", help="only judge and write what was measured last")
    parser.add_argument("--output", type=pathlib.Path, default=HERE.parent / "RESULTS.md")
    options = parser.parse_args()
    if options.data:
        os.environ[workloads.DATA_FOLDER] = str(options.data.resolve())
    return options


def environment():
    """Libraries size their thread pools by these when they are loaded."""
    threads = str(workloads.THREADS)
    return os.environ | {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "PYTHONWARNINGS": "ignore"}


def export(options):
    """Makes what the chosen workloads read, as far as it is not there already."""
    names = {workload["model"] for workload, _ in chosen(options)} - {""}
    command = [sys.executable, HERE / "export.py", WORK, *sorted(names)]
    if options.export:
        command.append("--force")
    print("exporting networks and inputs", file=sys.stderr)
    subprocess.run(command, check=True, env=environment(), stdout=sys.stderr)


def chosen(options):
    patterns = options.only or ["*"]
    for workload in workloads.ALL:
        names = workload["name"], workload["kind"]
        if any(fnmatch.fnmatch(name, pattern) for name in names for pattern in patterns):
            tools = [tool for tool in workload["tools"] if tool in (options.tool or workloads.TOOLS)]
            if tools:
                yield workload, tools


def command(tool, options):
    return [options.bulwark] if tool == workloads.BULWARK else [sys.executable, HERE / f"{tool}_tool.py"]


def turn(tool, workload, options, saved):
    """One process of one tool; returns what it printed, or why it failed."""
    about = {"tool": tool, "workload": workload["name"], "measured": time.time(), "load": os.getloadavg()[0]}
    arguments = [WORK, workload["name"], "--repetitions", options.repetitions, "--seconds", options.seconds]
    arguments += ["--save", saved]
    try:
        process = subprocess.run(
            [str(part) for part in command(tool, options) + arguments],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return about | {"failure": f"more than {TIME_LIMIT} seconds"}
    if process.returncode:
        last = process.stderr.strip().splitlines()[-1:] or [f"status {process.returncode}"]
        return about | {"failure": last[0]}
    return about | json.loads(process.stdout.splitlines()[-1])


def still_valid(options):
    """What was measured before of other workloads and tools, on networks that have not been made anew since."""
    path = WORK / "lines.json"
    lines = json.loads(path.read_text())["lines"] if path.exists() else []
    again = {(workload["name"], tool) for workload, tools in chosen(options) for tool in tools}
    models = {workload["name"]: workload["model"] for workload in workloads.ALL}
    kept = []
    for line in lines:
        place = line["workload"], line["tool"]
        if place in again or place[0] not in models:
            continue
        network = WORK / f"{models[place[0]]}.json"
        if not network.exists() or network.stat().st_mtime < line.get("measured", 0):
            kept.append(line)
    return kept


def measure(options, load):
    """All turns of all rounds; who begins changes from round to round.

    What has been measured is written after every turn, so that a run that is broken off can be reported, and
    stays until the same is measured again. What takes minutes has its turn in the first round only.
    """
    results = WORK / "results"
    results.mkdir(exist_ok=True)
    lines = still_valid(options)
    known = {f"{line['workload']}.{line['tool']}" for line in lines}
    for stale in results.glob("*.npz"):
        if stale.stem not in known:
            stale.unlink()
    for number in range(options.rounds):
        for workload, tools in chosen(options):
            if number > 0 and (workload["kind"] == "gradient" or workload.get("isLong")):
                continue
            first = number % len(tools)
            for tool in tools[first:] + tools[:first]:
                line = turn(tool, workload, options, results / f"{workload['name']}.{tool}.npz")
                lines.append(line)
                (WORK / "lines.json").write_text(json.dumps({"load": load, "lines": lines}))
                what = line.get("failure") or f"{report.median(line['seconds']):.4f} s"
                place = f"round {number + 1}  {workload['name']:26} {tool:12}"
                print(place, what, file=sys.stderr, flush=True)


def main():
    chosen_options = options()
    if not chosen_options.report:
        load = os.getloadavg()[0]
        if load > 0.3:
            print(f"the load of this machine is {load:.1f}: times will be too long", file=sys.stderr)
        export(chosen_options)
        measure(chosen_options, load)
    judged = WORK / "judged.json"
    subprocess.run([sys.executable, HERE / "judge.py", WORK, judged], check=True, env=environment())
    output = chosen_options.output
    page, complaints = report.page(WORK, before=output.read_text() if output.exists() else "")
    output.write_text(page)
    print(f"written: {output}", file=sys.stderr)
    for complaint in complaints:
        print(f"wrong: {complaint}", file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()

"""The tables on the strength of attacks: what AutoAttack leaves, and how far smallest perturbations go."""

from statistics import median

import workloads

STAGES = ["APGD-CE", "APGD-T", "FAB-T", "Square"]
# Robust accuracy may differ by this much, and a smallest perturbation may be larger by this share.
ACCURACY_TOLERANCE = 0.005
DISTANCE_TOLERANCE = 0.02
# How many times as long the reference has to take.
SPEED = 4


def share(count, total):
    return f"{100 * count / total:.1f} %"


def last(values):
    return values[-1] if values else None


def conditions(measured, entries):
    """What the pictures are, and how busy the machine was."""
    names = {workload["name"] for workload in entries}
    loads = [line["load"] for line in measured.lines if line["workload"] in names and "load" in line]
    sources = {measured.models[workload["model"]]["source"][0] for workload in entries}
    busy = f"; load of the machine before each turn {min(loads):.1f} to {max(loads):.1f}" if loads else ""
    return f"Pictures: {', '.join(sorted(sources))}{busy}."


def stage_cells(verdict, digest):
    """What each attack left, and its seconds."""
    cells = []
    for number, _ in enumerate(STAGES, start=1):
        left = verdict["left"][min(number, len(verdict["left"]) - 1)]
        seconds = digest.get(f"seconds.{number}")
        cells.append(share(left, verdict["samples"]) + (f"; {seconds:.1f} s" if seconds is not None else ""))
    return cells


def ensemble_rows(measured, entries, tools, titles, complaints):
    rows = []
    for workload in entries:
        verdicts = measured.verdicts(workload)
        times = {tool: last(measured.seconds(workload, tool)) for tool in tools}
        for tool in tools:
            verdict = verdicts.get(tool)
            if not verdict or times[tool] is None:
                rows.append([workload["title"], titles[tool], "–"] + ["–"] * (len(STAGES) + 1))
                continue
            digest = last(measured.of(workload, tool, "digest")) or {}
            total = f"{times[tool]:.1f} s"
            if tool != tools[0] and times[tools[0]]:
                total += f", **{times[tool] / times[tools[0]]:.2f}×**"
            clean = share(verdict["left"][0], verdict["samples"])
            cells = [workload["title"], titles[tool], clean] + stage_cells(verdict, digest)
            rows.append(cells + [total])
            if verdict["untrue"]:
                complaints.append(
                    f"{workload['name']}, {tool}: {verdict['untrue']} samples are said to be broken and are not"
                )
        own, other = (verdicts.get(tool) for tool in tools)
        if own and other:
            apart = (own["left"][-1] - other["left"][-1]) / own["samples"]
            if abs(apart) > ACCURACY_TOLERANCE + 1e-9:
                word = "higher" if apart > 0 else "lower"
                complaints.append(
                    f"{workload['name']}: the robust accuracy is {100 * abs(apart):.1f} points {word} than "
                    "AutoAttack's"
                )
            if all(times.values()) and times[tools[1]] < SPEED * times[tools[0]]:
                complaints.append(f"{workload['name']}: not {SPEED} times as fast as AutoAttack")
    return rows


def agreement_rows(measured, entries, tools):
    """For how many samples both come to the same end, and who broke the others."""
    rows = []
    for workload in entries:
        verdicts = measured.verdicts(workload)
        if not all(tool in verdicts for tool in tools):
            continue
        pairs = list(zip(*(verdicts[tool]["isLeft"] for tool in tools)))
        rows.append(
            [
                workload["title"],
                f"{sum(own == other for own, other in pairs):,} of {len(pairs):,}",
                str(sum(other and not own for own, other in pairs)),
                str(sum(own and not other for own, other in pairs)),
            ]
        )
    return rows


def found(verdict):
    if not verdict["successes"] * 2 > verdict["samples"]:
        return f"– ({share(verdict['successes'], verdict['samples'])})"
    return f"{verdict['median']:.4g} ({share(verdict['successes'], verdict['samples'])})"


def effort(measured, workload, tool):
    digest = last(measured.of(workload, tool, "digest")) or {}
    return f"{digest.get('gradients', 0):,.0f} + {digest.get('queries', 0):,.0f}"


def nearest_rows(measured, entries, tools, complaints):
    rows = []
    for workload in entries:
        verdicts = measured.verdicts(workload)
        own, other = (verdicts.get(tool) for tool in tools)
        times = [last(measured.seconds(workload, tool)) for tool in tools]
        if not own or not other or None in times:
            continue
        ratio = own["median"] / other["median"]
        pairs = [pair for pair in zip(own["distances"], other["distances"]) if max(pair) < float("inf")]
        paired = median(mine / theirs for mine, theirs in pairs if theirs > 0) if pairs else float("nan")
        rows.append(
            [
                workload["title"],
                str(own["samples"]),
                found(own),
                found(other),
                f"{ratio:.3f}",
                f"{paired:.3f}",
                effort(measured, workload, tools[0]),
                effort(measured, workload, tools[1]),
                f"{times[0]:.1f} s",
                f"{times[1]:.1f} s, **{times[1] / times[0]:.2f}×**",
            ]
        )
        if not ratio <= 1 + DISTANCE_TOLERANCE:
            complaints.append(f"{workload['name']}: the median distance is {ratio:.3f} times Foolbox's")
        if own["successes"] < other["successes"]:
            complaints.append(f"{workload['name']}: Foolbox breaks {other['successes'] - own['successes']} more")
        for tool, verdict in zip(tools, (own, other)):
            if verdict["untrue"]:
                complaints.append(
                    f"{workload['name']}, {tool}: {verdict['untrue']} points are said to be misread and are not"
                )
    return rows


def sections(measured, table, titles, complaints):
    """Title and text of each section; no text where nothing was measured."""
    entries = measured.of_kinds("autoattack")
    tools = [workloads.BULWARK, workloads.AUTOATTACK]
    text = None
    if entries:
        text = (
            "The standard version against that of the authors, on the same networks and samples: the robust accuracy "
            "after each attack and the seconds that it took; all of it; **n×**: how many times as long as Bulwark. "
            + conditions(measured, entries)
            + "\n\n"
            + table(
                ["network, threat", "tool", "clean"] + STAGES + ["all"],
                ensemble_rows(measured, entries, tools, titles, complaints),
            )
            + "\n\nSample by sample:\n\n"
            + table(
                ["network, threat", "same end", "only Bulwark broke", "only AutoAttack broke"],
                agreement_rows(measured, entries, tools),
            )
        )
    yield "AutoAttack", text
    entries = measured.of_kinds("minimum-norm")
    tools = [workloads.BULWARK, workloads.FOOLBOX]
    text = None
    if entries:
        text = (
            "Median distance of the points found, of those samples that were read correctly before, and for how many "
            "of these one was found; a sample without one is infinitely far away. **Medians**: Bulwark's by "
            "Foolbox's; **paired**: the median of the same ratio sample by sample. Gradients and further queries, a "
            "sample. " + conditions(measured, entries) + "\n\n"
            + table(
                [
                    "network, attack", "samples", "Bulwark", "Foolbox", "medians", "paired",
                    "Bulwark asks", "Foolbox asks", "Bulwark takes", "Foolbox takes",
                ],
                nearest_rows(measured, entries, tools, complaints),
            )
        )  # fmt: skip
    yield "Smallest perturbations", text

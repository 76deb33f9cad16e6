"""The figures of compare-aws, as Markdown."""

import os

from measuring import MIB, Failure, commit, machine, mebibytes, median, output_of, software, spread

BLOCK_MIB = 0.5
GIB_BLOCKS = 2048
# What a JVM does in its first seconds is compiling; a quota is kept after that or never.
WARM_UP_SECONDS = 8
WARM_UP_SLICES = 10 * WARM_UP_SECONDS
LEAST_SLICES = 20


def text(comparison, started):
    lines = [f"* {label}: {value}" for label, value in circumstances(comparison, started)]
    tables = {
        "whole": ("Pack and unpack", whole_table),
        "quota": ("Under a quota", quota_table),
        "s3": ("The S3 half alone, with the archive's bytes", s3_table),
        "naive": ("A loop over the SDK", whole_table),
        "http": ("HTTP clients, blocks of 512 KiB", http_table),
    }
    for group, (title, table) in tables.items():
        if comparison.cases[group]:
            lines += ["", f"#### {title}", "", *table(comparison.cases[group])]
    lines += ["", "#### Targets", "", "| target | measured | met |", "|---|---:|---|"]
    for what, value, met in targets(comparison.cases):
        lines.append(f"| {what} | {value} | {'yes' if met else '**no**'} |")
    lines += ["", *notes(comparison)]
    return "\n".join(lines) + "\n"


def circumstances(comparison, started):
    facts = comparison.server.facts
    options = comparison.options
    others = [r.others() for cases in comparison.cases.values() for c in cases for r in c.runs]
    aws = output_of("aws", "--version").split()
    return [
        ("machine", machine()),
        ("software", software(options.amber) + (f", {aws[0]}" if aws else "")),
        ("date", started.strftime("%Y-%m-%d %H:%M UTC")),
        ("commit", commit()),
        (
            "data set",
            f"{comparison.data}: {facts['diskBlocks']:,} blocks listed, "
            f"{facts['diskBlocks'] * BLOCK_MIB:,.0f} MiB; archive of "
            f"{mebibytes(os.path.getsize(comparison.archive))} MiB; "
            f"text: {facts['textBlocks']:,} blocks",
        ),
        ("server", f"TLS by {facts['tls']}, on the same cores"),
        (
            "rounds",
            f"{options.rounds}, seed {options.seed}, in which other processes used "
            f"{median(others):.2f} cores (median; at most {max(others):.2f})",
        ),
    ]


def gib(run):
    return run.result["blocks"] / GIB_BLOCKS


def whole_table(cases):
    lines = [
        "| run | wall s (min–max) | MiB/s | client CPU s/GiB | server CPU s/GiB "
        "| peak RSS MiB | requests under way |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for case in cases:
        runs = case.runs
        lines.append(
            f"| {case.name} | {spread(r.usage.wall for r in runs)} "
            f"| {median(1024 * gib(r) / r.usage.wall for r in runs):,.0f} "
            f"| {median(r.usage.cpu / gib(r) for r in runs):.2f} "
            f"| {median(r.server['cpuSeconds'] / gib(r) for r in runs):.2f} "
            f"| {mebibytes(max(r.usage.rss for r in runs))} "
            f"| {max(r.server['mostUnderWay'] for r in runs)} |"
        )
    return lines


def require_steady(case, run):
    """Fails if a run under a quota is too short to tell a rate, which is better said at once."""
    if case.quota and len(steady(run)) < LEAST_SLICES:
        raise Failure(
            f"{case.name}: ended within {WARM_UP_SECONDS + 2} seconds, too soon to tell a rate: take a "
            "larger disk, or more --text-blocks"
        )


def steady(run):
    """Blocks in each tenth of a second from when the client is warm to its last."""
    return run.server["blocksPer100ms"][WARM_UP_SLICES:-1]


def steady_rate(run):
    """Requests for blocks a second within the quota; without one, a run may be over sooner."""
    slices = steady(run) if len(steady(run)) >= LEAST_SLICES else run.server["blocksPer100ms"]
    return 10 * sum(slices) / len(slices)


def throttled(run):
    asked = run.server["gets"] + run.server["puts"] + run.server["throttled"]
    return 100 * run.server["throttled"] / asked


def quota_table(cases):
    lines = [
        "| run | wall s (min–max) | blocks/s (min–max) | of the quota | throttled "
        "| client CPU s/GiB | peak RSS MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for case in cases:
        runs = case.runs
        rate = median(steady_rate(r) for r in runs)
        lines.append(
            f"| {case.name} | {spread(r.usage.wall for r in runs)} "
            f"| {spread(steady_rate(r) for r in runs)} "
            f"| {f'{rate / case.quota:.1%}' if case.quota else ''} "
            f"| {median(throttled(r) for r in runs):.2f} % "
            f"| {median(r.usage.cpu / gib(r) for r in runs):.2f} "
            f"| {mebibytes(max(r.usage.rss for r in runs))} |"
        )
    return lines


def s3_table(cases):
    lines = [
        "| run | wall s (min–max) | MiB/s | CPU s/GiB | server CPU s/GiB | peak RSS MiB "
        "| amber's speed against it |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    amber = None
    for case in cases:
        runs = case.runs
        size = case.size / MIB
        ratio = ""
        if case.name.startswith("amber"):
            amber = case
        else:
            ratio = spread(t.usage.wall / o.usage.wall for o, t in zip(amber.runs, runs))
        lines.append(
            f"| {case.name} | {spread(r.usage.wall for r in runs)} "
            f"| {median(size / r.usage.wall for r in runs):,.0f} "
            f"| {median(1024 * r.usage.cpu / size for r in runs):.2f} "
            f"| {median(1024 * r.server['cpuSeconds'] / size for r in runs):.2f} "
            f"| {mebibytes(max(r.usage.rss for r in runs))} | {ratio} |"
        )
    return lines


def http_table(cases):
    lines = [
        "| client | get: CPU s/GiB (min–max) | MiB/s | put: CPU s/GiB (min–max) | MiB/s |",
        "|---|---:|---:|---:|---:|",
    ]
    for get, put in zip(cases[::2], cases[1::2]):
        cells = [get.name.split()[0]]
        for case in (get, put):
            results = [r.result for r in case.runs]
            cells.append(spread(r["cpuSeconds"] * GIB_BLOCKS / r["blocks"] for r in results))
            cells.append(f"{median(r['blocks'] * BLOCK_MIB / r['seconds'] for r in results):,.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def targets(groups):
    """What was aimed at, what it is, and whether that is enough."""
    whole = groups["whole"]
    for near, far in zip(whole[::2], whole[1::2]):
        value = median(f.usage.wall / n.usage.wall for n, f in zip(near.runs, far.runs))
        yield f"{far.name}: ≤ 1.15 × the time of {near.name}", f"{value:.3f}", value <= 1.15
    peaks = [r.usage.rss for g in ("whole", "quota") for c in groups[g] for r in c.runs]
    if peaks:
        yield "peak RSS: < 768 MiB", mebibytes(max(peaks)), max(peaks) < 768 * MIB
    for case in groups["quota"]:
        if case.quota:
            rate = median(steady_rate(r) for r in case.runs) / case.quota
            yield f"{case.name}: ≥ 97 % of it", f"{rate:.1%}", rate >= 0.97
            share = median(throttled(r) for r in case.runs)
            yield f"{case.name}: < 0.5 % throttled", f"{share:.2f} %", share < 0.5


def notes(comparison):
    return [
        "Medians over the rounds; ratios are medians of the rounds' own ratios. MiB/s and GiB are of "
        "listed blocks, of the archive in the S3 half. CPU is user and system time of the whole "
        "process, the start of the JVM and its compiler included; of HTTP clients, the second half "
        f"only. Under a quota there are {comparison.options.latency} ms of latency too, and blocks/s "
        f"are what the server let through from {WARM_UP_SECONDS} s after the first."
    ]

"""Runs the lanes of the chosen rows in interleaved rounds and prints the table. For bench/run, which has started the servers
and says in the environment how to reach them."""

import datetime
import os
import pathlib
import signal
import sys

import jenkins
import lanes
import report
import rows

# What the agent is sent when it is new, and what it has then is what memory is counted from.
FIRST_USE = ("step-after-shell", "step-first", "step-second")
# What is run in turn after that; a comparison is between lanes of one group.
GROUPS = [
    ("tiny-peer", "step-tiny"),
    ("gzip-s3", "step-proven", "zstd-s3", "step-unproven", "zstd-file", "step-local", "cli-s3"),
    ("own-zstd-s3", "step-17"),
    ("restore-file", "restore-cli"),
    ("step-slow", "cli-slow"),
    ("step-memory", "step-memory-large"),
]
# Each with an agent of its own, which nothing warms up but what the lane does itself.
FRESH = ("step-memory", "step-memory-large")
# Bytes that are the same each time.
ROUNDS = {"step-after-shell": 1}


def left_out(row):
    """Why a row cannot be measured here, or nothing."""
    missing = os.environ["BENCH_WITHOUT_JENKINS"]
    if row.needs_step() and missing:
        return f"Jenkins' artifacts cannot be resolved on this machine ({missing})"
    if "step-17" in row.lanes and "BENCH_17" not in os.environ:
        return "PostgreSQL 17 could not be had"
    if "step-memory-large" in row.lanes and not os.environ["BENCH_LARGE"]:
        return "only with --large"
    return ""


def run(group, wanted, bench):
    """All rounds of a group: the samples of each lane. The first round warms up and is not among them."""
    chosen = [lane for lane in group if lane in wanted]
    samples = {lane: [] for lane in chosen}
    if not chosen:
        return samples
    rounds = min(int(os.environ["BENCH_ROUNDS"]), ROUNDS.get(group[0], 1000))
    warm_up = 0 if group is FIRST_USE or group[0] in FRESH else 1
    for number in range(1 - warm_up, rounds + 1):
        took = []
        # Each lane follows another one each time; the first use of an agent comes in its order.
        first = number % len(chosen) if warm_up else 0
        for lane in chosen[first:] + chosen[:first]:
            sample = bench.run(lane)
            took.append(f"{lane} {sample['wall']:.2f} s")
            if number > 0:
                samples[lane].append(sample)
        print(f"{f'round {number} of {rounds}' if number else 'warm-up'}: {', '.join(took)}", file=sys.stderr)
    return samples


def main(names):
    chosen = rows.chosen(names)
    reasons = {row.name: left_out(row) for row in chosen}
    measured = [row for row in chosen if not reasons[row.name]]
    wanted = {lane for row in measured for lane in row.lanes}
    controller = None
    try:
        if any(row.needs_step() for row in measured):
            print("Starting Jenkins and the agent ...", file=sys.stderr)
            controller = jenkins.Jenkins()
        bench = lanes.Lanes(controller)
        started = datetime.datetime.now(datetime.timezone.utc)
        samples = run(FIRST_USE, wanted, bench)
        if controller is not None:
            if controller.agent is None:
                bench.run("step-first")
        for group in GROUPS:
            samples |= run(group, wanted, bench)
        text = report.text(chosen, reasons, samples, started)
    finally:
        if controller is not None:
            controller.close()
    print(text)
    large = {row.name for row in chosen if "step-memory-large" in row.lanes}
    all_measured = not names and not any(reason for name, reason in reasons.items() if name not in large)
    whole = all_measured and float(os.environ["BENCH_SCALE"]) == 1 and int(os.environ["BENCH_ROUNDS"]) >= 5
    if whole:
        pathlib.Path(__file__).with_name("results.md").write_text(text)
        print("Written to bench/results.md.", file=sys.stderr)
    else:
        print("Not a whole run: not to be quoted, and bench/results.md is as it was.", file=sys.stderr)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main(sys.argv[1:])

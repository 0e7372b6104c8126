"""The benchmark's tables, as Markdown."""

import os
import pathlib
import re
import statistics
import subprocess


def text(rows, reasons, samples, started):
    quick = "These numbers are of a quick run and are not to be quoted.\n\n" if os.environ["BENCH_QUICK"] else ""
    return "\n".join(
        [
            "# Benchmark",
            "",
            quick + "Made by `bench/run`, whose `--help` says how; each number is one of interleaved rounds.",
            "",
            *machine(started),
            "",
            *bars(rows, reasons, samples),
            "",
            "What was run, in seconds of wall time:",
            "",
            *runs(samples),
            "",
            *remarks(samples),
            "",
            "How a dump is cut into parts, by the code that decides it; requests are those of one backup without retries:",
            "",
            scale(),
        ]
    )


def bars(rows, reasons, samples):
    yield "| what | bar | median | min – max | rounds | |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        bar = f"{'≥' if row.at_least else '≤'} {row.bar:g}{row.unit}"
        if reasons[row.name]:
            yield f"| {row.text} | {bar} | | | | left out: {reasons[row.name]} |"
            continue
        rounds = zip(*(samples[lane] for lane in row.lanes))
        values = [row.value(dict(zip(row.lanes, one))) for one in rounds]
        median = row.value({lane: medians(samples[lane]) for lane in row.lanes}) if row.of_medians else statistics.median(values)
        verdict = "ok" if row.holds(median) else "**MISSED**"
        if os.environ["BENCH_QUICK"]:
            # The bars are for a large database.
            verdict = ""
        spread = f"{shown(min(values), row)} – {shown(max(values), row)}"
        yield f"| {row.text} | {bar} | {shown(median, row)} | {spread} | {len(values)} | {verdict} |"


def medians(taken):
    return {name: statistics.median(sample[name] for sample in taken) for name in taken[0] if name != "jars"}


def shown(value, row):
    return (f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}") + row.unit


def runs(samples):
    yield "| run | median | min – max | bytes stored |"
    yield "|---|---|---|---|"
    for lane, found in samples.items():
        if found:
            walls = [sample["wall"] for sample in found]
            spread = f"{min(walls):.2f} – {max(walls):.2f}"
            yield f"| {lane} | {statistics.median(walls):.2f} | {spread} | {found[-1]['size']:,} |"


def remarks(samples):
    """What no bar is for, but is good to know."""
    for sample in samples.get("step-first", []):
        jars = ", ".join(f"{name} ({size:,})" for name, size in sorted(sample["jars"].items(), key=lambda jar: -jar[1]))
        yield (
            f"- First use on a fresh agent, with what Jenkins itself needs for its first build: {sample['sent']:,} bytes to "
            f"the agent and {sample['received']:,} from it; the jars that it keeps of them: {jars or 'none'}."
        )
    for sample in samples.get("step-after-shell", []):
        yield (
            f"- First use on an agent that has run a `sh` step, which takes {sample['shell']:,} bytes: {sample['sent']:,} bytes "
            "to the agent."
        )
    for lane in ("step-tiny", "step-proven", "step-local", "step-memory", "step-memory-large"):
        if samples.get(lane):
            last = samples[lane][-1]
            yield (
                f"- {lane}: {last['commands']} commands and {last['channel']:,} bytes on the agent's channel; up to "
                f"{last['threads']} threads more on the agent than before; its peak RSS {last['peak_over_before'] / 1e6:.0f} "
                f"MB over that before the run."
            )
    for lane in ("step-slow", "cli-slow"):
        if samples.get(lane):
            share = statistics.median(sample["size"] / sample["wall"] / 50e6 for sample in samples[lane])
            yield (
                f"- {lane}: the dump's bytes ÷ the whole wall time are {share:.2f} of the link; in the rest of it pg_dump begins "
                "and S3Proxy copies the parts into one file."
            )


def machine(started):
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1e6
    yield f"- {started:%Y-%m-%d %H:%M} UTC, commit {commit()}"
    name = processor.group(1) if processor else os.uname().machine
    yield f"- {name}, {os.cpu_count()} cores, {memory:.0f} GB; load over the last minute before the start: {os.environ['BENCH_LOAD']}"
    yield f"- database: scale {os.environ['BENCH_SCALE']} of `bench/database.py`, {held('bench')} bytes"
    yield f"- {first_line('pg_dump', '--version')}; server {first_line('psql', '-XAtc', 'SHOW server_version')}"
    if "BENCH_17" in os.environ:
        yield f"- for the row about PostgreSQL 17: {first_line(os.environ['BENCH_17'] + '/pg_dump', '--version')}"
    yield f"- {first_line('aws', '--version')}"
    yield f"- {re.sub('[*]', '', first_line('zstd', '--version')).strip()}"
    yield f"- {first_line('java', '-version')}"
    yield f"- S3Proxy {s3proxy()}; Jenkins {os.environ['BENCH_JENKINS'] or 'none'}"


def commit():
    git = ("git", "-C", os.environ["BENCH_ROOT"])
    changed = output(*git, "status", "--porcelain", "--untracked-files=no").strip()
    return first_line(*git, "rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def held(database):
    return f"{int(first_line('psql', '-XAtc', 'SELECT pg_database_size(current_database())', database)):,}"


def s3proxy():
    pom = (pathlib.Path(os.environ["BENCH_ROOT"]) / "cli/pom.xml").read_text()
    return re.search(r"<artifactId>s3proxy</artifactId>\s*<version>([^<]+)", pom).group(1)


def scale():
    classes = pathlib.Path(os.environ["BENCH_ROOT"]) / "cli/target"
    table = "io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlanTable"
    return output("java", "-cp", f"{classes / 'test-classes'}:{classes / 'pgbackup.jar'}", table)


def first_line(*command):
    return (output(*command).splitlines() or ["unknown"])[0]


def output(*command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    except OSError:
        return ""

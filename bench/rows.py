"""The rows of the benchmark's table: what each compares, and its bar.

Usage: rows.py [NAME...]               prints the rows, after it has checked the names
       rows.py --needs ROW [NAME...]   whether that row is one of these, or of all where there are none
"""

import dataclasses
import sys
import typing

MB = 1_000_000
KIB = 1024


def ratio(one, other):
    return lambda samples: samples[one]["wall"] / samples[other]["wall"]


def per_gb(samples, bytes):
    return bytes / KIB / (samples["step-proven"]["raw"] / 1e9)


@dataclasses.dataclass(frozen=True)
class Row:
    """A number with a bar.

    lanes: what is run for it; value: makes the number from one round's samples, by lane; unit: how it is shown;
    of_medians: whether the bar is for the number that the medians of what was measured make, instead of the rounds' median.
    """

    name: str
    text: str
    bar: float
    lanes: tuple
    value: typing.Callable
    unit: str = ""
    at_least: bool = False
    of_medians: bool = False

    def holds(self, number):
        return number >= self.bar if self.at_least else number <= self.bar

    def needs_step(self):
        return any(lane.startswith("step-") for lane in self.lanes)


ROWS = [
    Row(
        "proven",
        "pgBackup to S3, defaults, proof on ÷ `pg_dump -Fc \\| aws s3 cp -`",
        0.33,
        ("gzip-s3", "step-proven"),
        ratio("step-proven", "gzip-s3"),
    ),
    Row(
        "unproven",
        "the same, proof off ÷ `pg_dump -Fc -Z0 \\| zstd -T2 -3 \\| aws s3 cp -`",
        1.0,
        ("zstd-s3", "step-unproven"),
        ratio("step-unproven", "zstd-s3"),
    ),
    Row("proof", "proof on ÷ proof off", 1.15, ("step-proven", "step-unproven"), ratio("step-proven", "step-unproven")),
    Row(
        "local",
        "local driver, defaults ÷ `pg_dump -Fc -Z0 \\| zstd -T2 -3 > file` with fsync",
        1.1,
        ("zstd-file", "step-local"),
        ratio("step-local", "zstd-file"),
    ),
    Row(
        "size",
        "stored size ÷ `pg_dump -Fc`",
        0.96,
        ("gzip-s3", "cli-s3"),
        lambda samples: samples["cli-s3"]["size"] / samples["gzip-s3"]["size"],
    ),
    Row(
        "memory",
        "agent JVM that has made a tiny backup: peak RSS over its idle RSS",
        96,
        ("step-memory",),
        lambda samples: samples["step-memory"]["peak"] / MB,
        unit=" MB",
    ),
    Row(
        "memory-large",
        "the same, database ten times as large",
        96,
        ("step-memory-large",),
        lambda samples: samples["step-memory-large"]["peak"] / MB,
        unit=" MB",
    ),
    Row(
        "memory-both",
        "difference between the last two",
        10,
        ("step-memory", "step-memory-large"),
        lambda samples: 100 * abs(samples["step-memory-large"]["peak"] / samples["step-memory"]["peak"] - 1),
        unit=" %",
        of_medians=True,
    ),
    Row(
        "channel",
        "bytes over the agent channel, both ways: what each GB dumped adds to those of a tiny backup",
        256,
        ("step-tiny", "step-proven"),
        lambda samples: per_gb(samples, samples["step-proven"]["channel"] - samples["step-tiny"]["channel"]),
        unit=" KiB",
    ),
    Row(
        "channel-all",
        "bytes over the agent channel, both ways: those of the whole backup per GB dumped",
        256,
        ("step-proven",),
        lambda samples: per_gb(samples, samples["step-proven"]["channel"]),
        unit=" KiB",
    ),
    Row(
        "first-use",
        "first use on a fresh agent: bytes sent to it beyond those of the second",
        8,
        ("step-after-shell", "step-first", "step-second"),
        lambda samples: (samples["step-first"]["sent"] - samples["step-second"]["sent"]) / MB,
        unit=" MB",
    ),
    Row(
        "overhead",
        "step's own overhead on a tiny database, proof on: wall − (`pg_dump` + one PUT)",
        1.0,
        ("tiny-peer", "step-tiny"),
        lambda samples: samples["step-tiny"]["wall"] - samples["tiny-peer"]["wall"],
        unit=" s",
    ),
    Row(
        "own-zstd",
        "PostgreSQL 17: pgBackup to S3, proof off ÷ `pg_dump -Fc --compress=zstd:1 \\| aws s3 cp -`",
        1.0,
        ("own-zstd-s3", "step-17"),
        ratio("step-17", "own-zstd-s3"),
    ),
    Row(
        "command-line",
        "command line, cold JVM, to S3, defaults ÷ `pg_dump -Fc \\| aws s3 cp -`",
        0.40,
        ("gzip-s3", "cli-s3"),
        ratio("cli-s3", "gzip-s3"),
    ),
    Row(
        "restore",
        "`pgbackup restore` of that dump from S3 ÷ `zstd -dc \\| pg_restore` from a file",
        1.1,
        ("restore-file", "restore-cli"),
        ratio("restore-cli", "restore-file"),
    ),
    Row(
        "slow-link",
        "pgBackup to S3 uncompressed, 40 ms and 50 MB/s away: share of the link from the dump's first byte to its last",
        0.9,
        ("step-slow",),
        lambda samples: samples["step-slow"]["share"],
        at_least=True,
    ),
    Row(
        "slow-link-cli",
        "the same from the command line, cold JVM",
        0.9,
        ("cli-slow",),
        lambda samples: samples["cli-slow"]["share"],
        at_least=True,
    ),
]


def chosen(names):
    """The rows of these names, or all."""
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"There is no row {', '.join(sorted(unknown))}: bench/run --help lists them.")
    return [row for row in ROWS if not names or row.name in names]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--needs"]:
        sys.exit(0 if sys.argv[2] in {row.name for row in chosen(sys.argv[3:])} else 1)
    for row in chosen(sys.argv[1:]):
        print(f"  {row.name:14}{row.text}".replace("\\|", "|"))

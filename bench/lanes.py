"""What the benchmark runs: each lane makes or restores one dump, looks at what came of it and says what it took."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.parse

import s3
import slowlink

BUCKET = "pgbackup-bench"
SLOW_BYTES_PER_SECOND = 50e6
SLOW_ROUND_TRIP_SECONDS = 0.040
PGBACKUP = "{root}/bin/pgbackup"


def shell(command, **environment):
    """Runs a pipeline and returns its seconds and its output; it is an error where any of its programs fails."""
    start = time.monotonic()
    process = subprocess.Popen(
        ["bash", "-c", "set -o pipefail; " + command],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    wall = time.monotonic() - start
    if process.returncode != 0:
        raise RuntimeError(f"{command}\nended with {process.returncode}: {errors}{output}")
    return wall, output


class Lanes:
    """All of them, by their names; those of the step need a Jenkins."""

    def __init__(self, jenkins):
        self.jenkins = jenkins
        self.root = os.environ["BENCH_ROOT"]
        self.work = pathlib.Path(os.environ["BENCH_WORK"])
        self.aws = f"aws --endpoint-url {os.environ['BENCH_S3']} s3 cp --only-show-errors - s3://{BUCKET}/peer/dump"
        self.pgbackup = PGBACKUP.format(root=self.root)
        self.bucket = s3.Bucket(BUCKET)
        self.bytes_of = {}
        self.kept = None
        self.link = slowlink.SlowLink(
            urllib.parse.urlsplit(os.environ["BENCH_S3"]).port, SLOW_BYTES_PER_SECOND, SLOW_ROUND_TRIP_SECONDS
        )
        self.link_endpoint = f"http://127.0.0.1:{self.link.port}"
        (self.work / "dumps").mkdir()

    def run(self, lane):
        """One run of a lane: a sample, with at least its seconds and the bytes it stored."""
        # What the last run left to be written is not for this one to wait for.
        os.sync()
        sample = getattr(self, lane.replace("-", "_"))()
        # The same data each time: the same size, but for what differs in every dump.
        size = self.bytes_of.setdefault(lane, sample["size"])
        if abs(sample["size"] - size) > size / 100 + 200:
            raise RuntimeError(f"{lane} stored {sample['size']} bytes, and {size} before.")
        return sample

    # What people use

    def gzip_s3(self):
        return self._to_bucket(shell(f"pg_dump -Fc bench | {self.aws}")[0], "bench")

    def zstd_s3(self):
        return self._to_bucket(shell(f"pg_dump -Fc -Z0 bench | zstd -q -T2 -3 | {self.aws}")[0], "bench")

    def zstd_file(self):
        file = self.work / "dumps/peer.zst"
        wall, _ = shell(f"pg_dump -Fc -Z0 bench | zstd -q -T2 -3 > {file} && sync {file}")
        return self._to_disk(wall, "bench")

    def own_zstd_s3(self):
        with On17():
            return self._to_bucket(shell(f"pg_dump -Fc --compress=zstd:1 bench | {self.aws}")[0], "bench")

    def tiny_peer(self):
        file = self.work / "dumps/tiny.dump"
        wall, _ = shell(f"pg_dump -Fc tiny > {file}")
        content = file.read_bytes()
        file.unlink()
        start = time.monotonic()
        self.bucket.put("peer/tiny.dump", content)
        return self._to_bucket(wall + time.monotonic() - start, "tiny")

    def restore_file(self):
        _, dump = self._kept_dump()
        if dump.suffix == ".zst":
            return self._restore(f"zstd -q -dc {dump} | pg_restore --dbname=restored", dump)
        return self._restore(f"pg_restore --dbname=restored {dump}", dump)

    # The command line

    def cli_s3(self):
        return self._to_bucket(shell(self._cli(BUCKET + "/cli", os.environ["BENCH_S3"]))[0], "bench")

    def cli_slow(self):
        self.link.reset()
        wall, _ = shell(self._cli(BUCKET + "/cli", self.link_endpoint) + " --compression none --verify none")
        return self._with_link(self._to_bucket(wall, "bench", compressed=False))

    def restore_cli(self):
        uri, dump = self._kept_dump()
        url = f"postgresql://postgres@127.0.0.1:{os.environ['PGPORT']}/restored"
        source = f"{uri} {url} --endpoint {os.environ['BENCH_S3']} --path-style"
        return self._restore(f"{self.pgbackup} restore {source}", dump)

    # The step on a warm agent, which the first round makes so

    def step_proven(self):
        return self._to_bucket_by_step("bench")

    def step_unproven(self):
        return self._to_bucket_by_step("bench", verify="none")

    def step_memory(self):
        return self._to_bucket_by_fresh_agent("bench")

    def step_memory_large(self):
        return self._to_bucket_by_fresh_agent("bench_large")

    def step_tiny(self):
        return self._to_bucket_by_step("tiny")

    def step_first(self):
        self.jenkins.new_agent()
        before = self.jenkins.jars()
        sample = self._to_bucket_by_step("tiny")
        sample["jars"] = {name: size for name, size in self.jenkins.jars().items() if name not in before}
        return sample

    def step_after_shell(self):
        """The first backup of an agent that has run a shell step before: what then is still to be sent."""
        self.jenkins.new_agent()
        shell_step = self.jenkins.run("sh 'true'")
        return self._to_bucket_by_step("tiny") | {"shell": shell_step["sent"]}

    def step_second(self):
        return self._to_bucket_by_step("tiny")

    def step_local(self):
        directory = self.work / "dumps"
        took = self.jenkins.run(self._step("bench", driver="local", destination=f"{directory}/"))
        return self._to_disk(took["wall"], "bench") | took

    def step_slow(self):
        self.link.reset()
        return self._with_link(
            self._to_bucket_by_step(
                "bench", endpoint=self.link_endpoint, compressed=False, verify="none", dump={"compression": "none"}
            )
        )

    def step_17(self):
        step = self._step("bench", port=os.environ["BENCH_17_PORT"], credentialsId="database-17", verify="none")
        took = self.jenkins.run(f"withEnv(['PATH+POSTGRESQL={os.environ['BENCH_17']}']) {{ {step} }}")
        with On17():
            return self._to_bucket(took["wall"], "bench") | took

    # How it is done

    def _cli(self, destination, endpoint):
        url = f"postgresql://postgres@127.0.0.1:{os.environ['PGPORT']}/bench"
        return f"{self.pgbackup} --driver s3 {destination} {url} --endpoint {endpoint} --path-style"

    def _to_bucket_by_step(self, database, compressed=True, **arguments):
        took = self.jenkins.run(self._step(database, **arguments))
        return self._to_bucket(took["wall"], database, compressed) | took

    def _to_bucket_by_fresh_agent(self, database):
        """By one that has loaded what it needs, for a tiny backup, and holds nothing else."""
        self.jenkins.new_agent()
        self._to_bucket_by_step("tiny")
        self.jenkins.rest()
        # When a build gives its agent back, Jenkins looks at all processes there, which leaves 20 MB of garbage.
        took = self.jenkins.run(self._step(database) + "\nsleep 1")
        return self._to_bucket(took["wall"], database) | took

    @staticmethod
    def _step(database, endpoint=None, port=None, **arguments):
        """The step as it stands in a Jenkinsfile; all that is not said is its default."""
        settings = {
            "url": f"postgresql://127.0.0.1:{port or os.environ['PGPORT']}/{database}",
            "credentialsId": "database",
            "driver": "s3",
            "destination": BUCKET + "/step",
        } | arguments
        if settings["driver"] == "s3":
            settings["awsCredentialsId"] = "s3"
            settings["s3"] = {"endpoint": endpoint or os.environ["BENCH_S3"], "pathStyle": True, "region": "us-east-1"}
        return f"pgBackup({groovy(settings)[1:-1]})"

    def _to_bucket(self, wall, database, compressed=True):
        """Looks at the one dump in the bucket, with its manifest where it has one, and deletes both."""
        sizes = self.bucket.sizes()
        [dump] = [key for key in sizes if not key.endswith(".json")]
        sample = {"wall": wall, "size": sizes[dump]}
        if dump + ".json" in sizes:
            sample["raw"] = json.loads(self.bucket.get(dump + ".json"))["rawBytes"]
        self.bucket.empty()
        return plausible(sample, database, compressed)

    def _to_disk(self, wall, database):
        files = [file for file in (self.work / "dumps").iterdir() if not file.name.startswith("kept")]
        [dump] = [file for file in files if file.suffix != ".json"]
        sample = {"wall": wall, "size": dump.stat().st_size}
        for file in files:
            file.unlink()
        return plausible(sample, database, True)

    def _with_link(self, sample):
        return sample | {"share": self.link.up.share_used()}

    def _kept_dump(self):
        """The dump that is restored, made once: its URI, and a copy of it on disk."""
        if self.kept is None:
            keep = s3.Bucket(BUCKET + "-kept")
            shell(self._cli(keep.name, os.environ["BENCH_S3"]))
            [key] = [name for name in keep.sizes() if not name.endswith(".json")]
            uri = f"s3://{keep.name}/{key}"
            file = self.work / "dumps" / ("kept" + pathlib.Path(key).suffix)
            shell(f"aws --endpoint-url {os.environ['BENCH_S3']} s3 cp --only-show-errors {uri} {file}")
            self.kept = uri, file
        return self.kept

    @staticmethod
    def _restore(command, dump):
        shell("dropdb --if-exists restored && createdb restored")
        wall, _ = shell(command)
        count = "psql -XAtc 'SELECT count(*), sum(hashtext(body)::bigint) FROM docs' {}"
        if shell(count.format("restored"))[1] != shell(count.format("bench"))[1]:
            raise RuntimeError(f"{command}\nrestored other rows than were dumped.")
        shell("dropdb restored")
        return {"wall": wall, "size": dump.stat().st_size}


class On17:
    """Within it PATH, PGPORT and PGPASSWORD are those of the second server."""

    def __enter__(self):
        self.saved = dict(os.environ)
        os.environ["PATH"] = os.environ["BENCH_17"] + ":" + os.environ["PATH"]
        os.environ["PGPORT"] = os.environ["BENCH_17_PORT"]
        os.environ["PGPASSWORD"] = os.environ["BENCH_17_PASSWORD"]

    def __exit__(self, *_):
        os.environ.update(self.saved)


def plausible(sample, database, compressed):
    """A dump is neither empty nor half, nor larger than what it is of."""
    held = int(shell(f"psql -XAtc 'SELECT pg_database_size(current_database())' {database}")[1])
    low, high = (held * 0.1, held * 0.6) if compressed else (held * 0.5, held * 1.2)
    if database == "tiny":
        low, high = 1000, 100_000
    if not low < sample["size"] < high:
        raise RuntimeError(f"A dump of {database}, {held} bytes, is {sample['size']} bytes large.")
    return sample


def groovy(value):
    if isinstance(value, dict):
        return "[" + ", ".join(f"{name}: {groovy(one)}" for name, one in value.items()) + "]"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"

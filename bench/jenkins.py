"""A Jenkins from its war with the packaged plugin, and an inbound agent in a JVM of its own."""

import base64
import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).parent
START_SECONDS = 300


class Jenkins:
    """Runs one build at a time, on an agent that may be replaced by a new one."""

    def __init__(self):
        self.work = pathlib.Path(os.environ["BENCH_WORK"]) / "jenkins"
        self.password = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        self.agents = 0
        self.agent = None
        self.controller = self._start_controller()

    def close(self):
        for process in (self.agent, self.controller):
            if process is not None:
                process.kill()
                process.wait()

    def new_agent(self):
        """Replaces the agent by one that has nothing of what was sent to the last one."""
        if self.agent is not None:
            self.agent.terminate()
            self.agent.wait()
            self._wait_for("the last agent is gone", self._is_offline)
        self.agents += 1
        directory = self.work / f"agent-{self.agents}"
        directory.mkdir()
        jar = directory / "agent.jar"
        jar.write_bytes(self._ask("jnlpJars/agent.jar"))
        secret = self._script("print jenkins.model.Jenkins.get().getComputer('bench').jnlpMac").strip()
        (directory / "secret").write_text(secret)
        command = ["java", "-jar", jar, "-url", self.url, "-name", "bench", "-secret", f"@{directory / 'secret'}"]
        # Nothing of the environment that a build is not to see; the programs' directory comes first on PATH.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        with open(directory / "log", "wb") as log:
            self.agent = subprocess.Popen(
                [*command, "-workDir", directory],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_for("the agent is there", lambda: not self._is_offline())
        self.idle = self._at_rest()

    def rest(self):
        """From now on memory is counted from what the agent has at rest now."""
        self.idle = self._at_rest()

    def _at_rest(self):
        # An agent goes on for a moment with what it was at.
        time.sleep(5)
        return self._status()["VmRSS"]

    def run(self, step):
        """Runs a step and says what it took: seconds, bytes and commands on the channel, and the agent's memory."""
        (pathlib.Path("/proc") / str(self.agent.pid) / "clear_refs").write_text("5")
        before = self._status()
        looks = Looks(self._status)
        script = (HERE / "build.groovy").read_text().replace("'@STEP@'", json.dumps(step).replace("$", "\\$"))
        try:
            answer = json.loads(self._script(script))
        finally:
            looks.stop()
        if "failure" in answer:
            raise RuntimeError("The build failed:\n" + answer["failure"])
        answer["channel"] = answer["sent"] + answer["received"]
        peak = looks.until(answer["ended"], "VmHWM")
        answer["peak"] = peak - self.idle
        answer["peak_over_before"] = peak - before["VmRSS"]
        answer["threads"] = looks.until(answer["ended"], "Threads") - before["Threads"]
        return answer

    def jars(self):
        """The jars that the agent has been sent so far: their bytes, by name."""
        cached = [file.read_bytes() for file in self.work.glob(f"agent-{self.agents}/remoting/jarCache/**/*.jar")]
        digests = {hashlib.sha256(jar).digest(): len(jar) for jar in cached}
        homes = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in self.work.glob("home/**/WEB-INF/lib/*.jar")}
        return {name: digests[digest] for name, digest in homes.items() if digest in digests}

    def _start_controller(self):
        root = pathlib.Path(os.environ["BENCH_ROOT"])
        home = self.work / "home"
        (home / "init.groovy.d").mkdir(parents=True)
        (home / "plugins").mkdir()
        shutil.copy(HERE / "start.groovy", home / "init.groovy.d")
        plugins = [*(root / "target/test-classes/test-dependencies").glob("*.hpi"), root / "target/pg-backup.hpi"]
        for plugin in plugins:
            shutil.copy(plugin, home / "plugins" / (plugin.stem + ".jpi"))
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        environment.update(
            JENKINS_HOME=str(home),
            BENCH_JENKINS_PASSWORD=self.password,
            BENCH_PASSWORD=os.environ["PGPASSWORD"],
            BENCH_17_PASSWORD=os.environ.get("BENCH_17_PASSWORD", ""),
            BENCH_ACCESS_KEY=os.environ["AWS_ACCESS_KEY_ID"],
            BENCH_SECRET_KEY=os.environ["AWS_SECRET_ACCESS_KEY"],
            BENCH_AGENT_DIRECTORY=str(self.work / "workspaces"),
        )
        port = urllib.parse.urlsplit(self.url).port
        command = ["java", "-Djenkins.install.runSetupWizard=false", "-Dhudson.model.UpdateCenter.never=true", "-jar"]
        war = pathlib.Path(os.environ["BENCH_WORK"]) / "jenkins-war.war"
        with open(self.work / "log", "wb") as log:
            process = subprocess.Popen(
                [*command, war, "--httpListenAddress=127.0.0.1", f"--httpPort={port}"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_for("Jenkins answers", self._answers, process)
        except BaseException:
            process.kill()
            raise
        return process

    def _answers(self):
        try:
            return self._script("print 'here'").strip() == "here"
        except (urllib.error.URLError, ConnectionError):
            return False

    def _is_offline(self):
        return self._script("print jenkins.model.Jenkins.get().getComputer('bench').offline").strip() == "true"

    def _script(self, script):
        return self._ask("scriptText", urllib.parse.urlencode({"script": script}).encode()).decode()

    def _ask(self, path, content=None):
        request = urllib.request.Request(self.url + path, content)
        login = base64.b64encode(f"bench:{self.password}".encode()).decode()
        request.add_header("Authorization", "Basic " + login)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def _status(self):
        """Bytes and numbers of the agent's /proc/PID/status."""
        text = pathlib.Path(f"/proc/{self.agent.pid}/status").read_text()
        found = re.findall(r"^(\w+):\s+(\d+)( kB)?$", text, re.MULTILINE)
        return {name: int(number) * (1024 if unit else 1) for name, number, unit in found}

    def _wait_for(self, what, condition, process=None):
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > deadline or (process and process.poll() is not None):
                raise RuntimeError(f"Waited in vain until {what}; see:\n" + self._last_words())
            time.sleep(0.5)

    def _last_words(self):
        logs = [self.work / "log", *self.work.glob("agent-*/log")]
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs)


class Looks:
    """What is seen of a process, looked at ten times a second."""

    def __init__(self, status):
        self.seen = []
        self._status = status
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self):
        self._stopped.set()
        self._thread.join()

    def until(self, end, name):
        """The largest number up to the first look after that time, which is in seconds since 1970."""
        before = [status[name] for at, status in self.seen if at <= end]
        after = [status[name] for at, status in self.seen if at > end]
        return max(before + after[:1])

    def _look(self):
        while not self._stopped.is_set():
            self.seen.append((time.time(), self._status()))
            self._stopped.wait(0.1)

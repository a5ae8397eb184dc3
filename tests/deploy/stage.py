"""A network with containers on it: what runs where, and how it is asked, started and stopped."""

import os
import pathlib
import re
import shutil
import tempfile
import threading
import time
import urllib.request
import uuid

from images import program_image, server_image
from podman import await_that, podman, say

SUBNET = "10.89.79"
USER = "12345:12345"  # any user will do
FOLDERS = ["upload", "library", "thumbs", "encoded-video", "profile", "backups"]
GRACE = 20  # seconds in which a service has to have ended, when it is told to
# What a program is, the folders it may write (None: all), and options: transcodes have to last long enough to be cut off.
PROGRAMS = {
    "gateway": ("api-gateway", None, []),
    "metadata": ("metadata-worker", None, []),
    "thumbnail": ("thumbnail-worker", ["thumbs", "profile"], []),
    "transcode": ("transcode-worker", ["encoded-video"], ["--cpus", "0.3"]),
}
# The last part of each address: a container that starts again has to be found where it was. nginx.conf names the gateways'.
PLACES = {
    "postgres": 10, "redis": 11, "nginx": 20, "gateway-1": 21, "gateway-2": 22, "metadata-1": 31, "metadata-2": 32,
    "thumbnail-1": 41, "thumbnail-2": 42, "thumbnail-3": 43, "thumbnail-4": 44, "transcode-1": 51, "transcode-2": 52,
}


def address(name):
    return f"{SUBNET}.{PLACES[name]}"


def kind(name):
    return name.split("-")[0]


def hardened():
    return ["--user", USER, "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:size=256m,mode=1777", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges"]


def environment():
    return [part for variable in (
        f"DB_HOSTNAME={address('postgres')}", "DB_USERNAME=postgres", "DB_DATABASE_NAME=safelight", f"REDIS_HOSTNAME={address('redis')}",
        f"IMMICH_TRUSTED_PROXIES={address('nginx')}", "SAFELIGHT_MIN_FREE=100MiB", "SAFELIGHT_CODEC_TRIALS=false",
        "IMMICH_LOG_LEVEL=debug", "NO_COLOR=1") for part in ("--env", variable)]


class Stage:
    def __init__(self):
        self.id = uuid.uuid4().hex[:6]
        self.net = f"safelight-test-{self.id}"
        self.media = pathlib.Path(tempfile.mkdtemp(prefix="safelight-test-deploy-"))
        self.media.chmod(0o755)
        self.containers = {}
        self.problems = []

    # --- containers

    def place(self, name):
        """The options by which a container has its place on the network."""
        return ["--ip", address(name), "--mac-address", f"02:42:0a:59:4f:{PLACES[name]:02x}"]

    def start(self, name, release="new"):
        options = ["--network", self.net, *self.place(name), "--name", f"{name}-{release}-{self.id}"]
        if kind(name) not in PROGRAMS:
            image = server_image(name)
        else:
            program, writes, more = PROGRAMS[kind(name)]
            image = program_image(program, release)
            options += [*more, *hardened(), *environment(), "--env", f"SAFELIGHT_NODE_NAME={name}", "--stop-timeout", GRACE + 10]
            options += ["--volume", f"{self.media}:/data" + ("" if writes is None else ":ro")]
            for folder in writes or []:
                options += ["--volume", f"{self.media}/{folder}:/data/{folder}"]
        self.containers[name] = podman("run", "--detach", *options, image)

    def start_all(self, names, release="new"):
        for name in names:
            self.start(name, release)
        self.await_healthy(names)

    def stop(self, name):
        """As an orchestrator does. Whatever it was doing, it has to end by itself, in time and well."""
        container = self.containers[name]
        before = time.monotonic()
        podman("stop", container, check=False)
        took = time.monotonic() - before
        code = podman("inspect", "--format", "{{.State.ExitCode}}", container)
        if code != "0" or took > GRACE:
            self.problems.append(f"{name} ended with {code} after {took:.0f} s")
            self.show(name)
        podman("rm", "--force", self.containers.pop(name))

    def stop_all(self, names):
        threads = [threading.Thread(target=self.stop, args=[name]) for name in names]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    def once(self, *arguments, release="new", options=()):
        """A command of `safelight`."""
        return podman("run", "--rm", "--network", self.net, *(options or hardened()), *environment(), program_image("safelight", release),
                      *arguments)

    def ours(self):
        return [name for name in self.containers if kind(name) in PROGRAMS]

    def healthy(self, name):
        return podman("healthcheck", "run", self.containers[name], check=False).returncode == 0

    def await_healthy(self, names):
        for name in names:
            if kind(name) in PROGRAMS:
                await_that(f"{name} is healthy", lambda name=name: self.healthy(name), 90)

    # --- what is known

    def sql(self, query):
        return podman("exec", self.containers["postgres"], "psql", "-h", "/tmp", "-d", "safelight", "-Atc", query)

    def number(self, query):
        return int(self.sql(query))

    def jobs_left(self):
        """What waits or runs, in words; empty when all is done."""
        return self.sql("select queue, state, count(*) from job where state <> 'parked' group by 1, 2")

    def completed(self, name):
        """How many jobs a worker has completed since it was started, as it tells itself."""
        with urllib.request.urlopen(f"http://{address(name)}:9090/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return sum(int(count) for count in re.findall(r'^safelight_jobs_total\{[^}]*outcome="completed"[^}]*\} (\d+)', text, re.M))

    def logs(self, name, *options):
        found = podman("logs", *options, self.containers[name], check=False)
        return found.stdout + found.stderr

    def show(self, name):
        print(f"--- {name}\n{self.logs(name, '--tail', 40)}", flush=True)

    # --- from the first container to the last

    def begin(self, release="new"):
        """Network, servers, folders and schema."""
        podman("network", "create", "--internal", "--subnet", f"{SUBNET}.0/24", self.net)
        self.start_all(["postgres", "redis"])
        await_that("Postgres", lambda: podman("exec", self.containers["postgres"], "psql", "-h", "/tmp", "-Atc", "select 1") == "1", 60)
        podman("exec", self.containers["postgres"], "createdb", "-h", "/tmp", "safelight")
        self.prepare_media(release)
        # Twice at once: any number of migrators may run.
        threads = [threading.Thread(target=self.once, kwargs={"release": release}) for _ in range(2)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.once("migrate", release=release)

    def prepare_media(self, release):
        podman("run", "--rm", "--user", "0:0", "--read-only", "--cap-drop", "ALL", "--cap-add", "CHOWN", "--cap-add", "DAC_OVERRIDE",
               "--volume", f"{self.media}:/data", "--entrypoint", "prepare-media", program_image("safelight", release), *USER.split(":"))
        made = sorted(path.name for path in self.media.iterdir())
        owners = {str(path.stat().st_uid) for path in self.media.iterdir()}
        if made != sorted(FOLDERS) or owners != {USER.split(":")[0]}:
            raise RuntimeError(f"prepare-media made {made} of {owners}")

    def key(self, release="new"):
        """An account, and a key for its clients."""
        with_password = [*hardened(), "--env", "SAFELIGHT_ADMIN_PASSWORD=correct horse"]
        self.once("admin", "create", "--email", "a@example.org", release=release, options=with_password)
        return self.once("api-key", "create", "--email", "a@example.org", release=release).split()[-1]

    def end(self, failed):
        if failed:
            for name in self.ours():
                self.show(name)
        if os.environ.get("SAFELIGHT_KEEP"):
            say(f"left standing: network {self.net}, media in {self.media}")
            return
        for container in podman("ps", "--all", "--quiet", "--filter", f"name=-{self.id}$").split():
            podman("rm", "--force", "--time", "1", container, check=False)
        podman("network", "rm", "--force", self.net, check=False)
        shutil.rmtree(self.media, ignore_errors=True)

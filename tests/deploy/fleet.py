#!/usr/bin/env python3
"""Builds the images, runs a fleet of containers on a network of its own, and breaks each kind in turn while photos come in.

    sudo tests/deploy/fleet.py            (just test-deploy)

    SAFELIGHT_PROGRAMS=FOLDER   take programs that are built already instead of compiling in a container; of this Debian
    SAFELIGHT_TEST_MEDIA        real photos and videos beside those made here (default ../shared/photos)
    SAFELIGHT_KEEP=1            leave everything standing, to look at it

Needs podman (4.3 or newer) with netavark and aardvark-dns, runc or crun, nft and nsenter, as root. Where no image
debian:bookworm-slim is there and mmdebstrap is, it is made from the packages of this machine's distribution (Debian 12).
Afterwards each asset is there once, with a preview and a thumbnail that exist, no job and no intent is left, and no file is
there that no row names.
"""

import http.client
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN = uuid.uuid4().hex[:6]
NET = f"safelight-test-{RUN}"
SUBNET = "10.89.79"
USER = "12345:12345"  # any user will do
IMAGES = "localhost/safelight"
# name: image, last part of the address, folders it may write besides (None: all)
FLEET = {
    "postgres": ("safelight-test/postgres", 10, []),
    "redis": ("safelight-test/redis", 11, []),
    "gateway-1": ("safelight/api-gateway", 21, None),
    "gateway-2": ("safelight/api-gateway", 22, None),
    "metadata-1": ("safelight/metadata-worker", 31, None),
    "thumbnail-1": ("safelight/thumbnail-worker", 41, ["thumbs", "profile"]),
    "thumbnail-2": ("safelight/thumbnail-worker", 42, ["thumbs", "profile"]),
    "transcode-1": ("safelight/transcode-worker", 51, ["encoded-video"]),
    "nginx": ("safelight-test/nginx", 20, []),
}
OURS = [name for name, (image, _, _) in FLEET.items() if image.startswith("safelight/")]
FOLDERS = ["upload", "library", "thumbs", "encoded-video", "profile", "backups"]
MEDIA_ENDINGS = {".jpg", ".jpeg", ".png", ".heic", ".avif", ".webp", ".mp4", ".mov"}

containers = {}
began = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)


def podman(*arguments, check=True, timeout=600):
    done = subprocess.run(["podman", *map(str, arguments)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    if check and done.returncode != 0:
        raise RuntimeError(f"podman {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout.strip() if check else done


def own_storage(folder):
    """Podman with settings of its own: nothing in /etc is needed or changed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]\nlog_driver = "k8s-file"\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        f'runtime = "{"runc" if shutil.which("runc") else "crun"}"\n[network]\nnetwork_backend = "netavark"\n')
    (folder / "storage.conf").write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n')
    os.environ.setdefault("CONTAINERS_CONF", str(folder / "containers.conf"))
    os.environ.setdefault("CONTAINERS_STORAGE_CONF", str(folder / "storage.conf"))


def build():
    if podman("image", "exists", "docker.io/library/debian:bookworm-slim", check=False).returncode != 0 and shutil.which("mmdebstrap"):
        say("making debian:bookworm-slim from packages")
        sources = [path for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources") if os.path.exists(path)]
        command = f"mmdebstrap --quiet --variant=minbase --mode=root bookworm - {' '.join(sources)} | podman import -q - docker.io/library/debian:bookworm-slim"
        subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True)
    programs = os.environ.get("SAFELIGHT_PROGRAMS")
    given = ["--build-context", f"programs={pathlib.Path(programs).resolve()}"] if programs else []
    for target in ("safelight", "api-gateway", "metadata-worker", "thumbnail-worker", "transcode-worker"):
        say(f"image {target}")
        podman("build", "--quiet", "--format", "docker", "--layers", *given, "-f", ROOT / "deploy/Containerfile", "--target", target,
               "-t", f"{IMAGES}/{target}", ROOT, timeout=7200)
    for target in ("postgres", "redis", "nginx"):
        say(f"image {target}")
        podman("build", "--quiet", "--format", "docker", "--layers", "-f", ROOT / "tests/deploy/Containerfile", "--target", target,
               "-t", f"localhost/safelight-test/{target}", ROOT, timeout=1800)


def address(name):
    return f"{SUBNET}.{FLEET[name][1]}"


def hardened(user=USER):
    return ["--user", user, "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:size=256m,mode=1777", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges"]


def environment():
    return [part for variable in (
        f"DB_HOSTNAME={address('postgres')}", "DB_USERNAME=postgres", "DB_DATABASE_NAME=safelight", f"REDIS_HOSTNAME={address('redis')}",
        "SAFELIGHT_MIN_FREE=100MiB", "IMMICH_LOG_LEVEL=debug", "NO_COLOR=1") for part in ("--env", variable)]


def mac(name):
    return f"02:42:0a:59:4f:{FLEET[name][1]:02x}"


def start(name, media):
    image, _, writes = FLEET[name]
    options = ["--network", NET, "--ip", address(name), "--mac-address", mac(name), "--name", f"{name}-{RUN}"]
    if name in OURS:
        options += [*hardened(), *environment(), "--env", f"SAFELIGHT_NODE_NAME={name}", "--stop-timeout", "30"]
        options += ["--volume", f"{media}:/data" + ("" if writes is None else ":ro")]
        for folder in writes or []:
            options += ["--volume", f"{media}/{folder}:/data/{folder}"]
    containers[name] = podman("run", "--detach", *options, f"localhost/{image}")


def once(*arguments, options=()):
    return podman("run", "--rm", "--network", NET, *options, *environment(), *arguments)


def sql(query):
    return podman("exec", containers["postgres"], "psql", "-h", "/tmp", "-d", "safelight", "-Atc", query)


def await_that(what, condition, seconds):
    until = time.monotonic() + seconds
    last = None
    while time.monotonic() < until:
        try:
            last = condition()
            if last is True:
                return
        except Exception as error:  # not there yet
            last = error
        time.sleep(0.5)
    raise RuntimeError(f"waited {seconds} s in vain: {what}; last: {last}")


def healthy(name):
    return podman("healthcheck", "run", containers[name], check=False).returncode == 0


# --- photos

def png(seed):
    """A small picture that no other is like."""
    dice, width, height = random.Random(seed), 96, 64
    tint = [dice.randrange(256) for _ in range(3)]
    rows = b"".join(b"\0" + bytes((tint[i % 3] + x + dice.randrange(24)) % 256 for x in range(width) for i in range(3)) for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Upload(threading.Thread):
    """Uploads as a client does that tries again until it has an answer, and every fifth file twice."""

    def __init__(self, key, files):
        super().__init__(daemon=True)
        self.key, self.files, self.enough = key, files, threading.Event()
        self.ids, self.retries, self.error = {}, 0, None

    def run(self):
        seed = 0
        try:
            while not self.enough.is_set() or self.files:
                name, content = self.files.pop() if self.files else (f"{seed}.png", png(f"{RUN}/{seed}"))
                self.ids[name] = self.until_answered(name, content)
                if seed % 5 == 0 and self.until_answered(name, content) != self.ids[name]:
                    raise RuntimeError(f"{name} is there twice")
                seed += 1
                time.sleep(0.15)
        except Exception as error:
            self.error = error

    def until_answered(self, name, content):
        until = time.monotonic() + 90
        while True:
            try:
                return self.send(name, content)
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > until:
                    raise RuntimeError(f"{name} could not be uploaded in 90 s: {error}") from error
                self.retries += 1
                time.sleep(0.5)

    def send(self, name, content):
        edge = uuid.uuid4().hex
        fields = {"deviceAssetId": name, "deviceId": "test", "fileCreatedAt": "2024-05-06T07:08:09.000Z", "fileModifiedAt": "2024-05-06T07:08:09.000Z"}
        body = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items())
        body += f'--{edge}\r\nContent-Disposition: form-data; name="assetData"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        connection = http.client.HTTPConnection(address("nginx"), 80, timeout=20)
        try:
            connection.request("POST", "/api/assets", body, {"x-api-key": self.key, "Content-Type": f"multipart/form-data; boundary={edge}"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status not in (200, 201):
            raise http.client.HTTPException(f"{answer.status} {text[:200]}")
        return json.loads(text)["id"]


def real_files():
    folder = pathlib.Path(os.environ.get("SAFELIGHT_TEST_MEDIA", ROOT / "../shared/photos"))
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in MEDIA_ENDINGS] if folder.is_dir() else []
    # The same bytes under two names are one asset.
    by_content = {path.read_bytes(): path for path in found}
    return [(str(path.relative_to(folder)).replace("/", "-"), content) for content, path in by_content.items()]


# --- faults: each is done and undone

def kill(name):
    podman("kill", "--signal", "KILL", containers[name])
    time.sleep(4)
    podman("start", containers[name])


def pause(name):
    podman("pause", containers[name])
    time.sleep(14)  # longer than a lease
    podman("unpause", containers[name])


def disconnect(name):
    podman("network", "disconnect", NET, containers[name])
    time.sleep(14)
    podman("network", "connect", "--ip", address(name), "--mac-address", mac(name), NET, containers[name])


def silence(name):
    """Nothing goes in or out, and nobody is told: sockets stay."""
    enter = ["nsenter", "--target", podman("inspect", "--format", "{{.State.Pid}}", containers[name]), "--net", "nft"]
    chains = "".join(f"add chain inet cut {way} {{ type filter hook {way} priority 0; policy drop; }}; " for way in ("input", "output"))
    subprocess.run([*enter, f"add table inet cut; {chains}"], check=True)
    time.sleep(14)
    subprocess.run([*enter, "delete table inet cut"], check=True)


FAULTS = [
    *[(fault, victim) for fault in (kill, pause, disconnect) for victim in ("gateway-1", "metadata-1", "thumbnail-1", "transcode-1")],
    (silence, "gateway-2"), (silence, "metadata-1"), (silence, "thumbnail-2"), (silence, "transcode-1"),
    (kill, "redis"), (pause, "redis"), (kill, "postgres"),
]


# --- what has to hold in the end

def verify(media, upload):
    problems = []

    def expect(what, found, wanted):
        if found != wanted:
            problems.append(f"{what}: {found}, expected {wanted}")

    expect("assets", sql("select count(*) from asset where visibility <> 'hidden'"), str(len(set(upload.ids.values()))))
    expect("assets of one content", sql("select count(*) from (select 1 from asset group by owner_id, checksum having count(*) > 1) as twice"), "0")
    known = set(sql("select id from asset").split())
    expect("answers that name no asset", sorted(set(upload.ids.values()) - known), [])
    for kind in ("preview", "thumbnail"):
        missing = sql(f"select original_file_name from asset a where visibility <> 'hidden' and (select count(*) from asset_file f where f.asset_id = a.id and f.type = '{kind}' and not is_edited) <> 1")
        expect(f"assets without one {kind}", missing, "")
    expect("jobs left", sql("select kind, state, count(*), min(history->>-1) from job group by 1, 2"), "")
    expect("intents left", sql("select count(*) from file_intent"), "0")
    named = set(sql("select path from asset_file where path <> '' union select original_path from asset").split("\n"))
    on_disk = {"/data/" + str(path.relative_to(media)) for path in pathlib.Path(media).rglob("*") if path.is_file() and path.name != ".safelight"}
    expect("files that rows name and nobody has", sorted(named - on_disk), [])
    expect("files that no row names", sorted(on_disk - named), [])
    return problems


def keda_queries():
    """The queries of the chart's triggers, on the real tables."""
    helpers = (ROOT / "deploy/helm/safelight/templates/_helpers.tpl").read_text()
    text = re.search(r"query: >-\n(.*?)\n +targetQueryValue", (ROOT / "deploy/helm/safelight/templates/keda.yaml").read_text(), re.S)[1]
    for queues in re.findall(r"queues: \[(.*)\]", helpers):
        query = " ".join(text.split()).replace("{{ join \"', '\" $worker.queues }}", "', '".join(queue.strip() for queue in queues.split(",")))
        if not sql(query).isdigit():
            raise RuntimeError(f"no number: {query}")


def run(media):
    podman("network", "create", "--internal", "--subnet", f"{SUBNET}.0/24", NET)
    start("postgres", media)
    start("redis", media)
    await_that("Postgres", lambda: podman("exec", containers["postgres"], "psql", "-h", "/tmp", "-Atc", "select 1") == "1", 60)
    podman("exec", containers["postgres"], "createdb", "-h", "/tmp", "safelight")
    safelight = f"{IMAGES}/safelight"
    once("--entrypoint", "prepare-media", safelight, *USER.split(":"), options=[
        "--user", "0:0", "--read-only", "--cap-drop", "ALL", "--cap-add", "CHOWN", "--cap-add", "DAC_OVERRIDE", "--volume", f"{media}:/data"])
    owners = {str(path.stat().st_uid) for path in pathlib.Path(media).iterdir()}
    if sorted(path.name for path in pathlib.Path(media).iterdir()) != sorted(FOLDERS) or owners != {USER.split(":")[0]}:
        raise RuntimeError(f"prepare-media made {sorted(pathlib.Path(media).iterdir())} of {owners}")
    # Twice at once: any number of migrators may run.
    threads = [threading.Thread(target=lambda: once(safelight, options=hardened())) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    say(once(safelight, "migrate", options=hardened()) or "migrated")
    # The gateway makes and marks the folders; a worker that sees them read-only cannot.
    for name in ("gateway-1", "gateway-2"):
        start(name, media)
    await_that("a gateway", lambda: healthy("gateway-1"), 60)
    for name in FLEET:
        if name not in containers:
            start(name, media)
    for name in OURS:
        await_that(f"{name} is healthy", lambda name=name: healthy(name), 90)
    say(f"{len(OURS)} services are healthy, read-only, as user {USER}")

    once("--env", "SAFELIGHT_ADMIN_PASSWORD=correct horse", safelight, "admin", "create", "--email", "a@example.org", options=hardened())
    key = once(safelight, "api-key", "create", "--email", "a@example.org", options=hardened()).split()[-1]
    upload = Upload(key, real_files())
    upload.start()
    for fault, victim in FAULTS:
        time.sleep(3)
        say(f"{fault.__name__} {victim} ({len(upload.ids)} uploaded)")
        fault(victim)
        if upload.error:
            raise upload.error
    upload.enough.set()
    upload.join(timeout=180)
    if upload.error or upload.is_alive():
        raise upload.error or RuntimeError("the upload does not end")
    say(f"{len(upload.ids)} files uploaded, {upload.retries} tries again; waiting for the jobs")
    await_that("all jobs end", lambda: sql("select count(*) from job where state <> 'parked'") == "0" or sql("select queue, state, count(*) from job group by 1, 2"), 300)
    await_that("intents end", lambda: sql("select count(*) from file_intent") == "0", 60)
    for name in OURS:
        await_that(f"{name} is healthy", lambda name=name: healthy(name), 60)
    problems = verify(media, upload)
    keda_queries()
    videos = sql("select count(*) filter (where f.id is not null) || ' of ' || count(*) from asset a left join asset_file f on f.asset_id = a.id and f.type = 'encoded_video' where a.type = 'VIDEO'")
    say(f"videos with a playable version: {videos}")
    for name in OURS:
        before = time.monotonic()
        podman("stop", containers[name], check=False)
        code = podman("inspect", "--format", "{{.State.ExitCode}}", containers[name])
        if code != "0" or time.monotonic() - before > 20:
            problems.append(f"{name} ended with {code} after {time.monotonic() - before:.0f} s")
    return problems


def clean_up(media):
    for container in containers.values():
        podman("rm", "--force", "--time", "1", container, check=False)
    podman("network", "rm", "--force", NET, check=False)
    shutil.rmtree(media, ignore_errors=True)


def main():
    if os.geteuid() != 0 or not shutil.which("podman"):
        sys.exit("tests/deploy/fleet.py needs podman, and root")
    own_storage(ROOT / "target/test-deploy")
    build()
    media = tempfile.mkdtemp(prefix="safelight-test-deploy-")
    os.chmod(media, 0o755)
    problems = ["it did not get to its end"]
    try:
        problems = run(media)
    except Exception as error:
        problems = [str(error)]
    finally:
        if problems:
            for name in OURS:
                if name in containers:
                    print(f"--- {name}\n" + podman("logs", "--tail", "40", containers[name], check=False).stdout)
        if os.environ.get("SAFELIGHT_KEEP"):
            say(f"left standing: network {NET}, media in {media}")
        else:
            clean_up(media)
    print("\n".join(problems))
    say("FAILED" if problems else "passed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

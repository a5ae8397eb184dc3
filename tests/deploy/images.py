"""The images: of this tree, of the release before the newest migration, and of the servers that a fleet needs."""

import os
import pathlib
import re
import shutil
import subprocess

from podman import podman, say

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "target/test-deploy"
PROGRAMS = ("safelight", "api-gateway", "metadata-worker", "thumbnail-worker", "transcode-worker")
SERVERS = ("postgres", "redis", "nginx")


def program_image(program, release):
    return f"localhost/safelight/{program}:{release}"


def server_image(server):
    return f"localhost/safelight-test/{server}"


def build(releases):
    debian()
    for release in releases:
        programs = programs_of(release)
        for program in PROGRAMS:
            say(f"image {program}, {release}")
            build_one(ROOT / "deploy/Containerfile", program, program_image(program, release), "--build-context", f"programs={programs}")
    for server in SERVERS:
        say(f"image {server}")
        build_one(ROOT / "tests/deploy/Containerfile", server, server_image(server))


def build_one(containerfile, target, image, *options, context=ROOT):
    podman("build", "--quiet", "--format", "docker", "--layers", *options, "-f", containerfile, "--target", target, "-t", image, context,
           timeout=7200)


def is_there(image):
    return podman("image", "exists", image, check=False).returncode == 0


def debian():
    """Where it cannot be pulled and mmdebstrap is there, it is made from the packages of this machine's distribution."""
    image = "docker.io/library/debian:bookworm-slim"
    if is_there(image) or not shutil.which("mmdebstrap"):
        return
    say("making debian:bookworm-slim from packages")
    sources = [path for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources") if os.path.exists(path)]
    command = f"mmdebstrap --quiet --variant=minbase --mode=root bookworm - {' '.join(sources)} | podman import -q - {image}"
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True)


# --- programs

def programs_of(release):
    """A build context with the five programs."""
    given = os.environ.get({"new": "SAFELIGHT_PROGRAMS", "old": "SAFELIGHT_OLD_PROGRAMS"}[release])
    if given:
        return pathlib.Path(given).resolve()
    say(f"compiling the programs, {release}")
    rust()
    image = f"localhost/safelight-test/programs:{release}"
    if release == "new":
        build_one(ROOT / "deploy/Containerfile", "programs", image, *toolchain())
    else:
        build_one(old_containerfile(), "programs", image, *toolchain(), context=old_tree())
    return f"container-image://{image}"


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def old_commit():
    """The last one whose schema is another: the parent of the newest commit that touches the migrations."""
    return git("rev-parse", git("log", "-1", "--format=%H", "--", "migrations") + "^")


def old_tree():
    """The sources of the old release, with the list of today of what a build reads."""
    folder = WORK / "old-tree"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = subprocess.Popen(["git", "-C", ROOT, "archive", old_commit()], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], stdin=files.stdout, check=True)
    if files.wait() != 0:
        raise RuntimeError("the sources of the old release cannot be read")
    shutil.copy(ROOT / ".dockerignore", folder)
    return folder


def old_containerfile():
    """It compiles in another folder: what cargo keeps is one for each folder, and it tells by times alone what is stale."""
    path = WORK / "old-Containerfile"
    path.write_text((ROOT / "deploy/Containerfile").read_text().replace("/src", "/old"))
    return path


# --- the compiler

def rust_image():
    version = re.search(r"ARG RUST_VERSION=(\S+)", (ROOT / "deploy/Containerfile").read_text())[1]
    return f"docker.io/library/rust:{version}-slim-bookworm"


def sysroot():
    found = subprocess.run(["rustc", "--print", "sysroot"], text=True, stdout=subprocess.PIPE) if shutil.which("rustc") else None
    return found.stdout.strip() if found and found.returncode == 0 else None


def rust():
    """Where it cannot be pulled, a stand-in: Debian, with the toolchain of this machine mounted when something is compiled."""
    image = rust_image()
    if is_there(image) or podman("pull", "--quiet", image, check=False).returncode == 0 or not sysroot():
        return
    say(f"making {image} for the toolchain in {sysroot()}")
    folder = WORK / "rust"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Containerfile").write_text(
        "FROM debian:bookworm-slim\nENV CARGO_HOME=/usr/local/cargo PATH=/usr/local/toolchain/bin:$PATH CARGO_HTTP_CAINFO=/usr/local/authorities.crt\nLABEL safelight.stand-in=yes\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n")
    podman("build", "--quiet", "--format", "docker", "-t", image, folder)


def toolchain():
    """What the stand-in has not: the compiler, and how this machine reaches the registry of crates."""
    image = rust_image()
    if not is_there(image) or "safelight.stand-in" not in podman("image", "inspect", "--format", "{{json .Labels}}", image):
        return []
    mounts = ["--volume", f"{sysroot()}:/usr/local/toolchain:ro", "--volume", "/etc/ssl/certs/ca-certificates.crt:/usr/local/authorities.crt:ro"]
    config = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo")) / "config.toml"
    if config.exists():
        mounts += ["--volume", f"{config}:/usr/local/cargo/config.toml:ro"]
    return mounts

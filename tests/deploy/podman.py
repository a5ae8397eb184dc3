"""Podman, with settings of its own: nothing in /etc is needed or changed."""

import os
import shutil
import subprocess
import time

began = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)


def podman(*arguments, check=True, timeout=600):
    """What it printed; with `check=False` how it ended."""
    done = subprocess.run(["podman", *map(str, arguments)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    if check and done.returncode != 0:
        raise RuntimeError(f"podman {' '.join(map(str, arguments))}: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip() if check else done


def own_storage(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]\nlog_driver = "k8s-file"\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        f'runtime = "{"runc" if shutil.which("runc") else "crun"}"\n[network]\nnetwork_backend = "netavark"\n')
    (folder / "storage.conf").write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n')
    os.environ.setdefault("CONTAINERS_CONF", str(folder / "containers.conf"))
    os.environ.setdefault("CONTAINERS_STORAGE_CONF", str(folder / "storage.conf"))


def comes_true(condition, seconds):
    """What the condition said last; True if it came true in time."""
    until = time.monotonic() + seconds
    last = None
    while time.monotonic() < until:
        try:
            last = condition()
            if last is True:
                return True
        except Exception as error:  # not there yet
            last = error
        time.sleep(0.5)
    return last


def await_that(what, condition, seconds):
    last = comes_true(condition, seconds)
    if last is not True:
        raise RuntimeError(f"waited {seconds} s in vain: {what}; last: {last}")

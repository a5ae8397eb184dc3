"""What is done to a container, and undone."""

import subprocess
import time

from podman import podman

LONG = 14  # seconds, longer than a lease


def kill(stage, name):
    podman("kill", "--signal", "KILL", stage.containers[name])
    time.sleep(4)
    podman("start", stage.containers[name])


def restart(stage, name):
    podman("restart", stage.containers[name])


def pause(stage, name):
    podman("pause", stage.containers[name])
    time.sleep(LONG)
    podman("unpause", stage.containers[name])


def disconnect(stage, name):
    """Its interface goes, so it has errors at once."""
    podman("network", "disconnect", stage.net, stage.containers[name])
    time.sleep(LONG)
    podman("network", "connect", *stage.place(name), stage.net, stage.containers[name])


def silence(stage, name):
    """Nothing goes in or out, and nobody is told: sockets stay."""
    chains = "".join(f"add chain inet cut {way} {{ type filter hook {way} priority 0; policy drop; }}; " for way in ("input", "output"))
    on_its_network(stage, name, "nft", f"add table inet cut; {chains}")
    time.sleep(LONG)
    on_its_network(stage, name, "nft", "delete table inet cut")


def slow_down(stage, name):
    """What it sends takes its time, and is dropped where too much of it waits."""
    on_its_network(stage, name, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "1mbit", "burst", "32kbit", "latency", "400ms")
    time.sleep(LONG)
    on_its_network(stage, name, "tc", "qdisc", "delete", "dev", "eth0", "root")


def on_its_network(stage, name, *command):
    pid = podman("inspect", "--format", "{{.State.Pid}}", stage.containers[name])
    subprocess.run(["nsenter", "--target", pid, "--net", *command], check=True)


FAULTS = [kill, pause, disconnect, silence, slow_down, restart]


def rounds():
    """Each fault at each kind of service, two at a time; then the servers that everything stands on."""
    for first, second in zip(FAULTS, FAULTS[1:] + FAULTS[:1]):
        yield [(first, "gateway-1"), (second, "thumbnail-1")]
        yield [(first, "metadata-1"), (second, "transcode-1")]
    for fault, server in [(kill, "redis"), (pause, "redis"), (restart, "redis"), (kill, "postgres"), (restart, "postgres")]:
        yield [(fault, server)]

#!/usr/bin/env python3
"""Builds the images, runs fleets of containers on a network of their own, and hurts them while photos come in.

    sudo tests/deploy/fleet.py [faults] [upgrade] [scale] [headless]            (just test-deploy; all without a name)

    faults      each kind of service is killed, paused, disconnected, silenced, slowed down and started again
    upgrade     from the release before the newest migration to this one, one service after the other
    scale       thumbnail workers: four, none, two
    headless    the workers go on while there is no gateway

    SAFELIGHT_PROGRAMS=FOLDER       take programs that are built already instead of compiling in a container; of this Debian
    SAFELIGHT_OLD_PROGRAMS=FOLDER   the same, of the release before the newest migration
    SAFELIGHT_TEST_MEDIA            real photos and videos beside those made here (default ../shared/photos)
    SAFELIGHT_KEEP=1                leave everything standing, to look at it

Needs podman (4.3 or newer) with netavark and aardvark-dns, runc or crun, nft, tc and nsenter, as root; ffmpeg, and npx for the
official client. Where no image debian:bookworm-slim is there and mmdebstrap is, it is made from the packages of this machine's
distribution (Debian 12); where no image of Rust can be pulled, the toolchain of this machine compiles in a container of it.
Afterwards each content is there once, with a preview, a thumbnail and where it needs one a playable version, whole; no job and no
intent is left, and no file is there that no row names.
"""

import os
import shutil
import sys

import images
import scenarios
from podman import own_storage, say
from stage import Stage

TOOLS = ["podman", "nft", "tc", "nsenter", "ffmpeg", "ffprobe", "npx"]


def play(name):
    say(f"--- {name}: {scenarios.ALL[name].__doc__}")
    stage, finished = Stage(), False
    try:
        scenarios.ALL[name](stage)
        finished = True
    except Exception as error:
        stage.problems.append(str(error))
    finally:
        stage.end(failed=not finished or stage.problems)
    return [f"{name}: {problem}" for problem in stage.problems]


def main():
    names = sys.argv[1:] or list(scenarios.ALL)
    if unknown := [name for name in names if name not in scenarios.ALL]:
        sys.exit(f"there is no {unknown[0]}; there are {', '.join(scenarios.ALL)}")
    if os.geteuid() != 0 or (missing := [tool for tool in TOOLS if not shutil.which(tool)]):
        sys.exit("tests/deploy/fleet.py has to be root" if os.geteuid() != 0 else f"tests/deploy/fleet.py needs {', '.join(missing)}")
    own_storage(images.WORK)
    images.build(["new", "old"] if "upgrade" in names else ["new"])
    problems = [problem for name in names for problem in play(name)]
    print("\n".join(problems))
    say("FAILED" if problems else "passed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

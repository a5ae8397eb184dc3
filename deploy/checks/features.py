#!/usr/bin/env python3
"""Checks that every part of the workspace builds shared third-party crates with the same features.

Cargo adds up the features of what it is told to build. Where that differs between `cargo build -p PROGRAM`, the programs together, the workspace
and its tests, the same crate is built several times, and so is everything that stands on it. What is missing belongs into
crates/features/Cargo.toml. Needs cargo, no network and no build.
"""

import collections
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ["api-gateway", "metadata-worker", "thumbnail-worker", "transcode-worker", "safelight"]
# Both kinds of dependency, since some crates are built for the program and for its build.
EDGES = ["normal,no-proc-macro", "normal,build"]


def features(edges, *selection):
    """The sets of features of each third-party crate of what is built."""
    command = ["cargo", "tree", "--locked", *selection, "-e", edges, "--prefix", "none", "-f", "{p}|{f}"]
    found = collections.defaultdict(set)
    for line in subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        package, _, names = line.removesuffix(" (*)").partition("|")
        if names or "(/" not in package:
            found[package.removesuffix(" (proc-macro)")].add(names)
    return found


def selections():
    named = {f"-p {program}": ["-p", program] for program in PROGRAMS}
    together = [word for program in PROGRAMS for word in ("-p", program)]
    return named | {"the programs": together, "--workspace": ["--workspace"]}


def differences(edges):
    """A line for each crate that one part builds with features that the tests of the workspace do not build it with."""
    whole = features(edges + ",dev", "--workspace")
    for name, selection in selections().items():
        for package, sets in sorted(features(edges, *selection).items()):
            other = sets - whole[package]
            if other and "(/" not in package:
                yield f"{package}: {name} has {sorted(other)}, the whole {sorted(whole[package])}"


def main():
    found = sorted({line for edges in EDGES for line in differences(edges)})
    print("\n".join(found) or "features: every part of the workspace builds the same")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

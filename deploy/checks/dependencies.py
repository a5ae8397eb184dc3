#!/usr/bin/env python3
"""Checks the tree of dependencies against deny.toml, and that no crate names a dependency it does not use.

With --write-third-party it writes THIRD-PARTY.md. Needs Python 3.11 and cargo, no network.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What comes with a crate that is not Rust, or is linked from the system.
NATIVE = {
    "turbojpeg-sys": "libjpeg-turbo, compiled in (IJG AND BSD-3-Clause AND Zlib)",
    "libheif-sys": "libheif, compiled in with decoders only (LGPL-3.0-or-later); libde265 (LGPL-3.0-or-later) and dav1d "
    "(BSD-2-Clause), linked dynamically from the system",
    "libwebp-sys": "libwebp, compiled in (BSD-3-Clause)",
    "gstreamer-sys": "GStreamer, linked dynamically from the system (LGPL-2.1-or-later)",
    "glib-sys": "GLib, linked dynamically from the system (LGPL-2.1-or-later)",
    "gobject-sys": "GLib, linked dynamically from the system (LGPL-2.1-or-later)",
    "safelight-video": "libav (FFmpeg), linked dynamically from the system (LGPL-2.1-or-later; GPL-2.0-or-later as Debian builds it)",
    "safelight-tiff": "libtiff, linked dynamically from the system (libtiff licence), with its codecs (libjpeg-turbo, libwebp, zstd, XZ, "
    "LERC, JBIG-KIT: BSD-3-Clause AND Apache-2.0 AND GPL-2.0-or-later), which the system brings along",
    "ring": "parts of BoringSSL, compiled in (Apache-2.0 AND ISC)",
}

# It has no code: features.py checks what it names.
ONLY_FEATURES = "safelight-features"

# Programs that run as processes of their own and are not part of the binaries.
PROGRAMS = [
    ("ExifTool", "Artistic-1.0-Perl OR GPL-1.0-or-later", "reads metadata"),
    ("PostgreSQL", "PostgreSQL", "the database"),
    ("Redis or Valkey", "of the installed version", "wake-ups and events"),
]


def metadata(*options):
    command = ["cargo", "metadata", "--format-version=1", "--locked", *options]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def allowed(expression, licences):
    """Whether an SPDX expression can be satisfied. Slashes are the old way to write OR."""
    tokens = re.findall(r"\(|\)|[^\s()/]+|/", expression.replace(" WITH ", "\u0001"))
    position = 0

    def either():
        nonlocal position
        result = both()
        while position < len(tokens) and tokens[position] in ("OR", "/"):
            position += 1
            right = both()
            result = result or right
        return result

    def both():
        nonlocal position
        result = one()
        while position < len(tokens) and tokens[position] == "AND":
            position += 1
            right = one()
            result = result and right
        return result

    def one():
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "(":
            result = either()
            position += 1
            return result
        return token.replace("\u0001", " WITH ") in licences

    return either()


def check_tree(rules, packages, members):
    banned = {entry["crate"] for entry in rules["bans"]["deny"]}
    licences = set(rules["licenses"]["allow"])
    exceptions = {entry["crate"]: set(entry["allow"]) for entry in rules["licenses"]["exceptions"]}
    for package in packages:
        label = f"{package['name']} {package['version']}"
        if package["name"] in banned:
            yield f"{label} is banned in deny.toml"
        if package["id"] in members:
            continue
        if not allowed(package["license"] or "none", licences | exceptions.get(package["name"], set())):
            yield f"{label} has the licence {package['license']!r}, which deny.toml does not allow"
        if not (package["source"] or "").startswith("registry+"):
            yield f"{label} does not come from the registry"


def check_use(members, packages):
    """Every dependency is named somewhere in the sources of the crate that asks for it."""
    kinds = {"lib", "proc-macro", "rlib", "cdylib", "staticlib"}
    libraries = {p["name"]: t["name"] for p in packages for t in p["targets"] if kinds & set(t["kind"])}
    for package in (package for package in packages if package["id"] in members and package["name"] != ONLY_FEATURES):
        folder = pathlib.Path(package["manifest_path"]).parent
        sources = "\n".join(path.read_text() for path in folder.rglob("*.rs"))
        for dependency in (dependency for dependency in package["dependencies"] if dependency["name"] != ONLY_FEATURES):
            name = dependency["rename"] or libraries.get(dependency["name"], dependency["name"])
            name = name.replace("-", "_")
            if not re.search(rf"\b{name}\b", sources):
                yield f"{package['name']} does not use its dependency {dependency['name']}"


def third_party(packages, members):
    lines = [
        "# Third-party software",
        "",
        "Safelight is under MIT OR Apache-2.0. Its binaries contain, or use, the following. Written by",
        "`just third-party` from the tree of dependencies; `deny.toml` says which licences are allowed.",
        "",
        "## Not Rust",
        "",
        "| crate | brings |",
        "|---|---|",
    ]
    names = {package["name"] for package in packages}
    lines += [f"| {crate} | {text} |" for crate, text in sorted(NATIVE.items()) if crate in names]
    lines += ["", "## Programs that run beside it", "", "| program | licence | for |", "|---|---|---|"]
    lines += [f"| {name} | {licence} | {use} |" for name, licence, use in PROGRAMS]
    lines += ["", "## Rust crates", "", "| crate | version | licence |", "|---|---|---|"]
    others = sorted((p for p in packages if p["id"] not in members), key=lambda p: (p["name"], p["version"]))
    lines += [f"| {p['name']} | {p['version']} | {p['license']} |" for p in others]
    return "\n".join(lines) + "\n"


def main():
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    found = metadata("--filter-platform", "x86_64-unknown-linux-gnu")
    used = {node["id"] for node in found["resolve"]["nodes"]}
    packages = [package for package in found["packages"] if package["id"] in used]
    members = set(found["workspace_members"])
    listing = third_party(packages, members)
    if "--write-third-party" in sys.argv:
        (ROOT / "THIRD-PARTY.md").write_text(listing)
        return 0
    problems = [*check_tree(rules, packages, members), *check_use(members, packages)]
    for problem in problems:
        print(f"dependencies: {problem}", file=sys.stderr)
    if not problems:
        print(f"dependencies: {len(packages) - len(members)} crates are as deny.toml allows, and all are used")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

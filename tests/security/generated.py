#!/usr/bin/env python3
"""Calls every operation that the gateway has with what schemathesis makes of the contract, and looks for undocumented 5xx.

    tests/security/generated.py [--examples N] [--seed S] [--as nobody|key|admin] [REGEX]     (just test-security)

Each caller (nobody, an API key of a person, the session of an administrator) calls each operation with values at the bounds of its
schema and with N that are found by chance, valid and not; REGEX chooses among `METHOD /path`. The same seed makes the same calls. The
gateway, a Postgres and a Redis are started for it, on 127.0.0.1, and removed afterwards. Needs the programs in target/debug (`just
build`) and schemathesis (`deploy/bootstrap install security`); without the contract's document it says SKIPPED.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from stage import PASSWORD, PROGRAMS, ROOT, Stage

SCHEMATHESIS = ROOT / "target/tools/schemathesis/bin/schemathesis"
CONTRACT = pathlib.Path(os.environ.get("SAFELIGHT_CONTRACT", ROOT.parent / "shared/contract")) / "openapi-3.0.1.json"
METHODS = ("get", "put", "post", "delete", "patch")
# They end the session or the account that calls, so they come last, each for itself.
LAST = ["POST /auth/logout"]


def implemented():
    """`METHOD /path` of every route, from the gateway itself."""
    table = subprocess.run([PROGRAMS / "api-gateway", "routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return {f"{method} {path.removeprefix('/api')}" for method, path in (line.split()[:2] for line in table.splitlines() if line)}


def absent():
    """The operations that answer 501 by design, from the page that says so."""
    text = (ROOT / "docs/compatibility.md").read_text()
    part = text.split("## Answered 501")[1].split("\n## ")[0]
    # A mail server that answers is told that no mail is sent; dumps, integrity checks and libraries have jobs that there are none of yet.
    some = {"POST /admin/notifications/test-email", "POST /jobs", "PUT /jobs/{name}"}
    return set(re.findall(r"`([A-Z]+ /[^`]+)`", part)) | some


def with_known(schema, known):
    """The same schema, where an id may also be one of something that is there."""
    if isinstance(schema, list):
        return [with_known(part, known) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and schema.get("format") == "uuid" and known:
        return {"anyOf": [{"type": "string", "enum": known}, schema]}
    return {key: with_known(part, known) for key, part in schema.items()}


def document(chosen, known):
    """The contract with these operations only, in their order."""
    whole = with_known(json.loads(CONTRACT.read_text()), known)
    paths = {}
    for path, item in whole["paths"].items():
        kept = {method: part for method, part in item.items() if method not in METHODS or f"{method.upper()} {path}" in chosen}
        if any(method in METHODS for method in kept):
            paths[path] = kept
    return whole | {"paths": paths}


def run(stage, name, caller, chosen, options):
    """One caller calls some operations; tells whether only documented answers came."""
    headers, known, protected = caller
    file = stage.folder / f"{name}.json"
    file.write_text(json.dumps(document(chosen, known)))
    command = [SCHEMATHESIS, "--config-file", os.devnull, "run", file, "--url", f"{stage.url}/api", "--workers", "1", "--phases", "coverage,fuzzing",
               "--checks", "only_documented_5xx", "--max-examples", options.examples, "--seed", options.seed, "--generation-database", "none",
               "--generation-allow-x00", "true", "--suppress-health-check", "all",
               "--continue-on-failure", "--warnings", "off", "--request-timeout", "60", "--no-color", "--no-shrink"]
    for header in headers.items():
        command += ["--header", ": ".join(header)]
    env = stage.env | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(pathlib.Path(__file__).parent), "SECURITY_ABSENT": json.dumps(sorted(absent())),
                       "SECURITY_COUNTS": str(stage.folder / f"counts-{name}"), "SECURITY_PROTECTED": json.dumps(protected)}
    done = subprocess.run([str(part) for part in command], env=env, cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode not in (0, 1):
        # It did not come to its end: nothing is known of the rest.
        sys.exit(f"{done.stdout[-2000:]}\n{name}: schemathesis ended with {done.returncode}")
    if done.returncode == 1:
        print(done.stdout)
    return done.returncode == 0


def answers(stage, name):
    """How often each operation was answered with which status."""
    found = collections.defaultdict(collections.Counter)
    for label, number in json.loads((stage.folder / f"counts-{name}").read_text()).items():
        operation, status = label.rsplit(" ", 1)
        found[operation][int(status)] += number
    return found


def campaign(stage, name, caller, chosen, options):
    begun = time.monotonic()
    first = chosen - set(LAST)
    good = not first or run(stage, name, caller, first, options)
    if caller[0] and first:
        # Else what came after its end has tested nothing.
        stage.call("GET", "/users/me", headers=caller[0])
    for operation in sorted(chosen & set(LAST)):
        good &= run(stage, name, caller, {operation}, options)
    found = answers(stage, name)
    statuses = sum(found.values(), collections.Counter())
    told = ", ".join(f"{number} x {status}" for status, number in sorted(statuses.items()))
    print(f"{name}: {len(found)} operations, {statuses.total()} requests in {time.monotonic() - begun:.0f} s: {told}", flush=True)
    for operation in sorted(chosen - set(found)):
        print(f"{name}: {operation} was not called")
        good = False
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", default="15")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--as", dest="callers", action="append", choices=["nobody", "key", "admin"])
    parser.add_argument("operations", nargs="?", default="")
    options = parser.parse_args()
    if not CONTRACT.exists():
        print(f"SKIPPED: there is no document of the contract at {CONTRACT} (SAFELIGHT_CONTRACT)")
        return 0
    if not SCHEMATHESIS.exists():
        sys.exit("there is no schemathesis: run `deploy/bootstrap install security`")
    described = json.loads(CONTRACT.read_text())["paths"]
    described = {f"{method.upper()} {path}" for path, item in described.items() for method in item if method in METHODS}
    chosen = {operation for operation in implemented() & described if re.search(options.operations, operation)}
    if not chosen:
        sys.exit(f"no operation is like {options.operations!r}")
    good = True
    with Stage() as stage:
        stage.call("POST", "/auth/admin-sign-up", {"email": "admin@example.com", "password": PASSWORD, "name": "Admin"})
        admin = stage.log_in("admin@example.com")
        person_id, person = stage.account(admin, "person")
        other, _ = stage.account(admin, "other")
        key = stage.call("POST", "/api-keys", {"name": "all", "permissions": ["all"]}, person)
        # What each calls with, what it knows, and what it may not end, because the rest would test nothing.
        own = [stage.call("GET", "/users/me", headers=admin)["id"], *(session["id"] for session in stage.call("GET", "/sessions", headers=admin))]
        callers = {
            "nobody": ({}, [], []),
            "key": ({"x-api-key": key["secret"]}, stage.things(person), [key["apiKey"]["id"], person_id]),
            "admin": (admin, [*stage.things(admin), other], own),
        }
        for name, caller in callers.items():
            if not options.callers or name in options.callers:
                good &= campaign(stage, name, caller, chosen, options)
        if not good:
            lines = [line for line in stage.log().splitlines() if line.startswith("[api-gateway]") and ("ERROR" in line or "panicked" in line)]
            print("\n".join(lines[-40:]))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

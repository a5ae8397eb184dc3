#!/usr/bin/env python3
"""Switches off one mechanism of the job contract after the other and sees that a test turns red.

Each mutant is one replacement in one file. The tests named beside it must pass before and fail with it. The tree must be
clean; every file is put back, also after an error. Prints a table in Markdown; exits with 1 where a mutant survived.

    deploy/checks/mutants.py [NAME ...]
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = "crates/core/src/jobs/engine"

# Name, file, text, what stands in its place, tests, whether they run the programs.
MUTANTS = [
    ("the fence", f"{ENGINE}/finish.rs", "where id = $1 and lease = $2 and state = 'active'",
     "where id = $1 and $2 is not null", "engine::fence", False),
    ("the fence of a group", f"{ENGINE}/finish.rs", "and job.lease = mine.lease and job.state = 'active'", "",
     "engine::fence", False),
    ("the sweep", f"{ENGINE}/sweep.rs", "lease_until < now()", "false", "engine::losses", False),
    ("the spare time after a start of Postgres", f"{ENGINE}/sweep.rs",
     "pg_postmaster_start_time() < now() - 2 * $1 * interval '1 second'", "$1 is not null", "engine::losses", False),
    ("that a machine is told from a process", f"{ENGINE}/sweep.rs", "loss.machine is null", "true", "engine::losses", False),
    ("the suspect", f"{ENGINE}/claim.rs", 'CLAIM_SUSPECT: &str = claim!("losses >= 2", "true")',
     'CLAIM_SUSPECT: &str = claim!("losses < 2", "true")', "engine::losses", False),
    ("that a suspect has its node for itself", f"{ENGINE}/solitude.rs", "self.0.clone().try_write_owned()",
     "Arc::new(RwLock::new(())).try_write_owned()", "engine::alone", True),
    ("the class in the order", f"{ENGINE}/claim.rs", "order by lane.class, lane.run_at", "order by lane.run_at",
     "engine::claims", False),
    ("the lock of a claim", f"{ENGINE}/claim.rs", "for update of waiting skip locked", "", "engine::claims", False),
    ("the separate lock of a limited queue", f"{ENGINE}/claim.rs", "where name = $1 for update", "where name = $1",
     "engine::claims", False),
    ("the limit in the claim", f"{ENGINE}/claim.rs", "and queue.max_active is null", "", "engine::claims", False),
    ("the pause", f"{ENGINE}/claim.rs", "not queue.is_paused and", "", "engine::claims", False),
    ("what a node can do", f"{ENGINE}/claim.rs", "lane.requires <@ $4", "$4 is not null", "engine::claims", False),
    ("the version of the payload", f"{ENGINE}/claim.rs", "lane.payload_version <= known.version", "true",
     "engine::claims", False),
    ("the active twin", f"{ENGINE}/claim.rs", "twin.state = 'active' and", "twin.state = 'never' and", "engine::merging", False),
    ("the class of a merge", "crates/core/src/jobs/enqueue.rs", "class = least(job.class, excluded.class)",
     "class = excluded.class", "engine::merging", False),
    ("the source of a fold", f"{ENGINE}/give_back.rs", "source = case when 'upload' in (job.source, gone.source) then 'upload'",
     "source = case when false then 'upload'", "engine::merging", False),
    ("that a schedule is taken once", f"{ENGINE}/schedule_tick.rs", ".filter(schedule::next_run.eq(due_at))", "",
     "engine::schedules", False),
    ("the extension by a beat", f"{ENGINE}/beat.rs", "lease_until = now() + $4 * interval '1 second'",
     "lease_until = job.lease_until + $4 * interval '0 seconds'", "engine::losses", False),
    ("that illness on a well node fails in the end", f"{ENGINE}/way_back.rs", "if row.illnesses + 1 < ILLNESSES",
     "if row.illnesses + 1 < i32::MAX", "engine::illness", True),
    ("that one process does a chore at a time", "crates/core/src/fleet/chore.rs", "started_at is null\n",
     "$4 >= 0\n", "fleet::chores", True),
    ("that a silent Redis is left alone", "crates/core/src/events/breaker.rs", "if now < until {", "if false && now < until {",
     "redis::throughput", True),
    ("the intents", "crates/core/src/media/intents.rs", "and not exists (select 1 from job j where j.state = 'active' and j.lease = i.lease)",
     "and false", "crash::workers::a_thumbnail_worker_killed_before", True),
    ("that a result waits for its file's name", "crates/core/src/media/part.rs",
     "rename_new(part, &path).map_err(|error| MediaError::of(&path, error))?;", "", "crash::workers::a_thumbnail_worker_killed_while",
     True),
]


def run(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def tests(name, with_programs):
    """Whether the tests pass: True, False, or None where nothing could be built."""
    if with_programs and run("cargo", "build", "--locked", "--workspace", "--bins").returncode != 0:
        return None
    if run("cargo", "test", "--locked", "--workspace", "--test", "system", "--no-run").returncode != 0:
        return None
    return run("cargo", "test", "--locked", "--workspace", "--test", "system", name).returncode == 0


def verdict(mutant):
    _, name, text, replacement, filter_, with_programs = mutant
    path = ROOT / name
    original = path.read_text()
    if original.count(text) != 1:
        return f"cannot be made: its text stands {original.count(text)} times in {name}"
    path.write_text(original.replace(text, replacement))
    try:
        passed = tests(filter_, with_programs)
    finally:
        path.write_text(original)
    return {None: "cannot be built", True: "SURVIVED", False: "red"}[passed]


def main():
    if run("git", "status", "--porcelain").stdout.strip():
        sys.exit("mutants: the tree is not clean; commit first")
    wanted = sys.argv[1:]
    bad = 0
    print("| without | tests | are |\n|---|---|---|", flush=True)
    for mutant in MUTANTS:
        if wanted and not any(re.search(word, mutant[0]) for word in wanted):
            continue
        found = verdict(mutant)
        bad += found != "red"
        print(f"| {mutant[0]} | `{mutant[4]}` | {found} |", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

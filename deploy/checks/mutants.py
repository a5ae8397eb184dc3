#!/usr/bin/env python3
"""Switches off one mechanism of the job contract or of docs/security.md after the other and sees that a test turns red.

Each mutant is one replacement in one file. The tests named beside it must pass before and fail with it. The tree must be
clean; every file is put back, also after an error. Prints a table in Markdown; exits with 1 where a mutant survived.

    deploy/checks/mutants.py [--together] [NAME ...]        NAME is a regular expression; `security:` chooses those of security
    deploy/checks/mutants.py --check                        only sees that what each of them replaces is there

With --together all chosen ones stand in the tree at the same time: built once, so much faster, but one may turn the test of another red.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = "crates/core/src/jobs/engine"

# Name, file, text, what stands in its place, tests, and what is built for them: True the programs beside the system tests, the name of the
# program whose unit tests they are, lib for those of libraries, or `test`, a package and the name of its tests.
MUTANTS = [
    ("the fence", f"{ENGINE}/finish.rs", "where id = $1 and lease = $2 and state = 'active'",
     "where id = $1 and $2 is not null", "engine::fence", False),
    ("the fence of a group", f"{ENGINE}/finish.rs", "on job.id = given.id and job.lease = given.lease\n", "on job.id = given.id\n",
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
     "events::breaker", "lib"),
    ("the intents", "crates/core/src/media/intents.rs", "and not exists (select 1 from job j where j.state = 'active' and j.lease = i.lease)",
     "and false", "crash::workers::a_thumbnail_worker_killed_before", True),
    ("that a result waits for its file's name", "crates/core/src/media/part.rs",
     "rename_new(part, &path).map_err(|error| MediaError::of(&path, error))?;", "", "crash::workers::a_thumbnail_worker_killed_while",
     True),
]

GATEWAY = "crates/api-gateway/src"
DECODERS = "test thumbnail-worker formats"
MEMORY = "test thumbnail-worker memory"

# Ends, memory, waiting that is told, and connections that run out.
MUTANTS += [
    ("that a process ends at its time", "crates/core/src/service/program.rs", "runtime.shutdown_timeout(LAST_MOMENT);", "drop(runtime);",
     "engine::stopping", True),
    ("that a group ends with its engine", f"{ENGINE}/group.rs", "let mut group = Vec::new();",
     "let mut group = Vec::new();\n    let _engine = engine.upgrade();", "engine::group", "lib"),
    ("that idle decoders end", "crates/thumbnail-worker/src/decoder/pool.rs", "*since + patience > now", "*since <= now",
     "children::a_child_that_nobody", DECODERS),
    ("that a file is in memory once", "crates/thumbnail-worker/src/source.rs", "const BLOCK: u64 = 1 << 20;", "const BLOCK: u64 = 1 << 40;",
     "worker_and_decoders", MEMORY),
    ("that the bytes of a file count before they are read", "crates/thumbnail-worker/src/maker.rs",
     "let mut price = length.saturating_mul(2);", "let mut price = 2;", "room::the_bytes", DECODERS),
    ("that work which nobody does is told", f"{GATEWAY}/resource/fleet/nobody.rs", "\nwhere not \",", "\nwhere false and not \",",
     "fleet::waiting::work_that_nobody", True),
    ("that a photo says that nobody makes its pictures", f"{GATEWAY}/resource/fleet/pictures/state.rs", "if !facts.is_served {",
     "if !facts.is_served && facts.kind.is_empty() {", "fleet::waiting::work_that_nobody", True),
    ("that a photo says that its work is paused", f"{GATEWAY}/resource/fleet/pictures/mod.rs",
     "coalesce(queue.is_paused, false) as is_paused", "false as is_paused", "fleet::waiting::a_photo_says", True),
    ("that the reason of a failure is for its owner", f"{GATEWAY}/resource/fleet/pictures/mod.rs", "case when asset.owner_id = $3 then",
     "case when asset.owner_id = $3 or true then", "fleet::waiting::a_photo_says", True),
    ("that a silent worker is told", "crates/core/src/fleet/member.rs", "now() - $2 * interval '1 second' as is_silent",
     "now() - $2 * interval '1 hour' as is_silent", "fleet::waiting::a_silent", True),
    ("that work is told as taken over", "crates/core/src/fleet/member.rs",
     "(select count(*) from job where job.owner = n.boot and job.state = 'active') as held", "n.running::bigint as held",
     "fleet::waiting::a_silent", True),
    ("that pools shrink before Postgres refuses", "crates/core/src/db/pool.rs", "self.places.resize(thrift.size);\n", "\n",
     "crowded::a_pool_gives_out_fewer", True),
    ("that who is refused a connection waits", "crates/core/src/db/pool.rs", "Err(error) if refused::is_refusal(&error) =>",
     "Err(error) if refused::is_refusal(&error) && error.to_string().is_empty() =>", "crowded::who_gets", True),
    ("that many processes keep nothing", "crates/core/src/db/room.rs", "is_full || room.processes * KEPT_AT_REST > limit", "is_full",
     "crowded::more_processes", True),
]

EXIFTOOL = "crates/metadata-worker/src/exiftool/server.pl"
LIVE_PHOTOS = "migrations/2026-11-29-000600_live_photo_halves/up.sql"

# As above.
MUTANTS += [(f"security: {mutant[0]}", *mutant[1:]) for mutant in [
    ("a person's share of the pool", f"{GATEWAY}/door/mod.rs", "(pool * usize::from(self.share) / 100).max(1)", "pool.max(1)",
     "sharing::pool::a_greedy_person", True),
    ("that a full pool says so", f"{GATEWAY}/door/mod.rs", "self.pool.get_within(rest, PATIENCE)",
     "self.pool.get_within(rest + Duration::from_secs(120), PATIENCE)", "sharing::pool::a_full_pool", True),
    ("that a collision is tried again", "crates/core/src/db/again.rs", "Err(error) if error.is_collision() => {",
     "Err(error) if error.is_collision() && wait.is_zero() => {", "locks::german::a_request_that_meets", True),
    ("the order of locks", "crates/core/src/db/lock.rs",
     '"select id from asset where id = any($1) order by id for no key update"',
     '"select id from asset where id = any($1) order by random() for no key update"', "locks::order", True),
    ("that a moving part is locked with its photo", LIVE_PHOTOS, "    if new.visibility = 'locked' then", "    if false then",
     "access::halves::the_moving_part_of", True),
    ("that a moving part goes to the trash with its photo", LIVE_PHOTOS, "    if new.status <> 'active' then", "    if false then",
     "access::halves::the_trash_takes", True),
    ("that members see nothing of the trash", f"{GATEWAY}/access/asset.rs", "or (a.deleted_at is null and a.visibility in",
     "or (a.visibility in", "access::table::every_route_answers", True),
    ("that gateways count together", f"{GATEWAY}/access/attempts/begin.lua", "if wait > 0 then", "if wait > 10 ^ 15 then",
     "guessing::attempts::gateways_count", True),
    ("that a gateway counts by itself", f"{GATEWAY}/access/attempts/count.rs", "if self.wrong < count.free {",
     "if self.wrong < u32::MAX {", "guessing::attempts::a_gateway_counts_on", True),
    ("that a network of IPv6 is one client", f"{GATEWAY}/http/client.rs", "address.to_bits() >> 64 << 64", "address.to_bits()",
     "guessing::attempts::a_household", True),
    ("the bounds of the line for hashing", f"{GATEWAY}/access/password/line.rs", "if own >= limits.lane {", "if own >= 100_000 {", "access::password::line", "api-gateway"),
    ("that a key is not enough for a password", f"{GATEWAY}/resource/user/write.rs",
     "let age = auth.session().and_then(|session| session.login_age);", "let age = Some(chrono::TimeDelta::zero());",
     "guessing::passwords::a_key_never", True),
    ("the stated end of the locked folder", f"{GATEWAY}/resource/auth/pin.rs", "pin_ends_at = now() + make_interval(secs => $5)",
     "pin_ends_at = now() + interval '9 hours'", "guessing::pin::use_keeps", True),
    ("that another PIN closes the folder elsewhere", f"{GATEWAY}/resource/auth/pin.rs", "session::lock_all(conn, id, except).await",
     "session::lock_all(conn, uuid::Uuid::nil(), except).await", "guessing::pin::another_pin", True),
    ("that who is not public is not seen", f"{GATEWAY}/resource/user/read.rs", "state.system_config().server.public_users || auth.user.is_admin",
     "state.system_config().server.public_users || !auth.user.is_admin", "guessing::passwords::accounts_that_are_not", True),
    ("what a key's socket may hear", f"{GATEWAY}/live/sockets.rs", "has.iter().any(|has| *has == permission || *has == Permission::All)",
     "!has.is_empty() || *has == [permission]", "sockets::rights::a_key_hears", True),
    ("that bad credentials take no socket of others", f"{GATEWAY}/live/handshake.rs", "match sockets.seat_at_the_door() {",
     "match sockets.seat() {", "sockets::rights::bad_credentials", True),
    ("that another site is refused", f"{GATEWAY}/access/cross_site.rs", "if is_own(request, client::forwarded_host(request), external) {",
     "if is_own(request, client::forwarded_host(request), external) || external.len() < 9999 {", "gateway::cross_site::a_cookie", True),
    ("nosniff", f"{GATEWAY}/http/finish.rs", "response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);",
     "response.headers_mut().remove(X_CONTENT_TYPE_OPTIONS);", "gateway::headers::no_answer", True),
    ("that NUL is refused", f"{GATEWAY}/http/validate/nul.rs", "Value::String(text) if text.contains('\\0') => report(at),",
     "Value::String(text) if text.contains(\"\\0\\0\\0\\0\\0\") => report(at),", "gateway::kept::a_nul", True),
    ("that a bare LF is refused", f"{GATEWAY}/http/strict/framing.rs", "while !rest.is_empty() {", "while rest.len() > 1 << 40 {",
     "gateway::transport::lines_of_requests", True),
    ("that mistakes are bounded", f"{GATEWAY}/http/validate/bounds.rs", '"SAFELIGHT_MAX_ISSUES", 100, 1_000)',
     '"SAFELIGHT_MAX_ISSUES", 1_000_000, 2_000_000)', "gateway::bounds::mistakes_without_end", True),
    ("that sidecars count", f"{GATEWAY}/resource/asset/upload/publish.rs", "stored = stored.saturating_add(*size);",
     "stored = stored.saturating_add(*size - *size);", "assets::refused::a_quota_holds_for_a_sidecar", True),
    ("that secrets leave the document", "migrations/2026-11-29-000700_system_secret/up.sql", "new.value := new.value #- place;",
     "new.value := new.value;", "settings_secrets::a_gateway_of_an_older", True),
    ("how deep XMP may nest", EXIFTOOL, "return 0 if $depth >= 64;", "return 0 if $depth >= 6400000;", "bombs::xmp_in_xmp", "metadata-worker"),
    ("the memory of one file's tags", EXIFTOOL, "for (['memory', 9], ['cpu', 0]) {", "for (['cpu', 0]) {", "bombs::what_unpacks",
     "metadata-worker"),
    ("the doors of one file's tags", EXIFTOOL, "    apply($fork_filter);\n", "", "doors::code_in", "metadata-worker"),
    ("that a mail server's answers are not shown", f"{GATEWAY}/resource/system_config/smtp/mod.rs", "        sleep_until(deadline).await;\n", "",
     "resource::system_config::smtp", "api-gateway"),
    ("that a late helper is the fault of its film", "crates/video/src/error.rs", "Self::Child(error) => error.can_heal(),",
     "Self::Child(_) => true,", "a_hang_ends_at_the_deadline", "lib"),
    ("that names of archives are linear", f"{GATEWAY}/http/zip/names.rs", "let turn = self.turns.entry(plain).or_default();",
     "let turn = &mut 0_u32;", "http::zip::names", "api-gateway"),
]]


# A test that does not end by then, in seconds, is red: some hold that work does not grow without a bound.
LONGEST = 600


def run(*command, longest=None):
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        said, _ = started.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        # With what it has started.
        os.killpg(started.pid, signal.SIGKILL)
        raise
    return subprocess.CompletedProcess(command, started.returncode, said)


def target(kind):
    """What cargo is told to test."""
    match kind.split() if isinstance(kind, str) else []:
        case []:
            return ("--workspace", "--test", "system")
        case ["lib"]:
            return ("--workspace", "--lib")
        case ["test", package, name]:
            return ("--package", package, "--test", name)
    return ("--workspace", "--bin", kind)


def build(kinds):
    """Builds what tests of these kinds need; tells whether it could be built."""
    commands = [("cargo", "build", "--locked", "--workspace", "--bins", "--test", "system")]
    for kind in kinds:
        if isinstance(kind, str):
            commands.append(("cargo", "test", "--locked", *target(kind), "--no-run"))
    return all(run(*command).returncode == 0 for command in commands)


def passes(mutant):
    """Whether its tests ran and passed."""
    _, _, _, _, filter_, kind = mutant
    try:
        done = run("cargo", "test", "--locked", *target(kind), filter_, longest=LONGEST)
    except subprocess.TimeoutExpired:
        return False
    if not re.search(r"running [1-9]", done.stdout) and "could not compile" not in done.stdout:
        sys.exit(f"mutants: no test is called {filter_}")
    return done.returncode == 0


class Mutants:
    """Some mutants in the tree, until the end of a `with`."""

    def __init__(self, mutants):
        self.mutants = mutants
        self.originals = {}

    def __enter__(self):
        for _, name, text, replacement, _, _ in self.mutants:
            path = ROOT / name
            now = path.read_text()
            if now.count(text) != 1:
                self.__exit__()
                sys.exit(f"mutants: the text {text!r} stands {now.count(text)} times in {name}")
            self.originals.setdefault(path, now)
            path.write_text(now.replace(text, replacement))

    def __exit__(self, *_):
        for path, original in self.originals.items():
            path.write_text(original)


def verdicts(mutants):
    """Each mutant with what became of it, all of them in the tree at once."""
    with Mutants(mutants):
        can_be_built = build({mutant[5] for mutant in mutants})
        for mutant in mutants:
            yield mutant, ("SURVIVED" if passes(mutant) else "red") if can_be_built else "cannot be built"


def check():
    """Says which texts are not there, or several times."""
    bad = [name for name, path, text, *_ in MUTANTS if (ROOT / path).read_text().count(text) != 1]
    sys.exit("mutants: the code has changed, what they replace is not there once: " + "; ".join(bad) if bad else 0)


def main():
    if "--check" in sys.argv[1:]:
        check()
    if run("git", "status", "--porcelain").stdout.strip():
        sys.exit("mutants: the tree is not clean; commit first")
    wanted = [word for word in sys.argv[1:] if word != "--together"]
    chosen = [mutant for mutant in MUTANTS if not wanted or any(re.search(word, mutant[0]) for word in wanted)]
    groups = [chosen] if "--together" in sys.argv[1:] else [[mutant] for mutant in chosen]
    bad = 0
    print("| without | tests | are |\n|---|---|---|", flush=True)
    for group in groups:
        for mutant, found in verdicts(group):
            bad += found != "red"
            print(f"| {mutant[0]} | `{mutant[4]}` | {found} |", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

"""What the fleet goes through. Each function begins with an empty network, and `finish` looks at what is there afterwards."""

import itertools
import re
import threading
import time

from faults import rounds
from media import real_files, video
from podman import await_that, comes_true, say
from stage import USER, kind
from upload import Client, OfficialClient
from verify import Verdict, all_done

FLEET = ["gateway-1", "gateway-2", "metadata-1", "thumbnail-1", "thumbnail-2", "transcode-1"]


# --- parts

def begin(stage, names=FLEET, release="new"):
    stage.begin(release)
    # The gateway makes and marks the folders; a worker that sees them read-only cannot.
    gateways = [name for name in names if kind(name) == "gateway"]
    stage.start_all(gateways, release)
    stage.start_all([name for name in names if name not in gateways] + ["nginx"], release)
    say(f"{len(stage.ours())} services are healthy, read-only, as user {USER}")
    return stage.key(release)


def finish(stage, *uploaders):
    for uploader in uploaders:
        uploader.finish()
    all_done(stage)
    stage.await_healthy(stage.ours())
    contents = set().union(*(uploader.contents for uploader in uploaders))
    verdict = Verdict(stage, contents).all()
    stage.stop_all(stage.ours())
    say(f"{len(contents)} files are there once, {verdict.transcoded} videos have a playable version; {len(stage.problems) or 'no'} problems")


def await_more(client, count):
    """More files than there are now."""
    until = len(client.ids) + count

    def there():
        client.check()
        return len(client.ids) >= until or f"{len(client.ids)} of {until}"

    await_that(f"{count} more files are uploaded", there, 120)


def running_transcode(stage, host=""):
    """Whether one has run for a second, there or anywhere: what needs no transcode ends at once."""
    return stage.number("select count(*) from job join node on node.boot = job.owner where queue = 'videoConversion' and job.state = 'active'"
                        f" and job.started_at < now() - interval '1 s' and host like '{host}%'") > 0


def await_transcode(stage, client, numbers):
    """Sends a video, and another one where it was done before anybody saw it, until one is being transcoded."""
    for _ in range(5):
        client.files.append(video(next(numbers)))
        if comes_true(lambda: running_transcode(stage), 25) is True:
            return
    raise RuntimeError("no transcode was seen to run")


def nothing_is_lost(stage):
    """Each asset without pictures has a job that will make them, and nothing was given up."""
    lost = stage.sql("select count(*) from asset a where visibility <> 'hidden' and not exists (select from asset_file f where f.asset_id = a.id)"
                     " and not exists (select from job j where j.dedup_key like '%' || a.id || '%')")
    parked = stage.sql("select count(*) from job where state = 'parked'")
    if (lost, parked) != ("0", "0"):
        stage.problems.append(f"{lost} assets wait for nothing, {parked} jobs are parked")


def browse(client):
    """What a client shows that has no pictures yet: the timeline, and each asset."""
    shown = sum(bucket["count"] for bucket in client.request("GET", "/api/timeline/buckets"))
    newest = list(client.ids.values())[-1]
    if client.request("GET", f"/api/assets/{newest}")["id"] != newest:
        raise RuntimeError("an asset is answered as another")
    return shown


# --- scenarios

def faults(stage):
    """Each kind of service is broken in each way, while two clients upload."""
    key = begin(stage)
    real = real_files()
    client, official = Client(key, real[::2]), OfficialClient(key, real[1::2])
    client.start()
    official.start()
    done, numbers = 0, itertools.count()
    for victims in rounds():
        time.sleep(2)
        one_round(stage, client, numbers, victims)
        done += len(victims)
        client.check()
        official.check()
    client.finish()
    official.finish()
    say(f"{done} faults, {len(client.ids)} files uploaded, {client.retries} tries again; {len(official.contents)} by the official client, "
        f"which ran {official.tries} times for {official.runs} folders; waiting for the jobs")
    all_done(stage)
    again = transcodes_begun_again(stage)
    say(f"transcodes were begun again {again} times")
    if again < 3:
        stage.problems.append("hardly any transcode was cut off")
    finish(stage, client, official)


def one_round(stage, client, numbers, victims):
    if any(kind(victim) == "transcode" for _, victim in victims):
        await_transcode(stage, client, numbers)
    say(f"{' and '.join(f'{fault.__name__} {victim}' for fault, victim in victims)} ({len(client.ids)} uploaded)")
    errors = []

    def one(fault, victim):
        try:
            fault(stage, victim)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=victim) for victim in victims]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if errors:
        raise errors[0]


def transcodes_begun_again(stage):
    begun = re.findall(r"decided by policy asset\.id=(\S+) decision=Encode", stage.logs("transcode-1"))
    return len(begun) - len(set(begun))


def scale(stage):
    """Four thumbnail workers, then none, then two."""
    key = begin(stage)
    client = Client(key, real_files())
    client.start()
    stage.start_all(["thumbnail-3", "thumbnail-4"])
    workers = [name for name in stage.ours() if kind(name) == "thumbnail"]
    for name in workers:
        await_that(f"{name} works", lambda name=name: stage.completed(name) > 0, 60)
    say(f"{len(workers)} thumbnail workers have made thumbnails")
    stage.stop_all(workers)
    await_more(client, 40)
    await_that("thumbnails wait", lambda: stage.number("select count(*) from job where queue = 'thumbnailGeneration' and state = 'waiting'") >= 30, 60)
    say(f"without a thumbnail worker: {browse(client)} assets are shown, {stage.sql('select count(*) from job')} jobs wait")
    nothing_is_lost(stage)
    stage.start_all(["thumbnail-1", "thumbnail-2"])
    finish(stage, client)


def headless(stage):
    """All gateways are away: what waits is done, also by a machine that is switched on now."""
    key = begin(stage)
    client = Client(key)
    client.start()
    client.files += [video(0), *real_files()]
    stage.stop_all(["thumbnail-1", "thumbnail-2"])
    await_more(client, 40)
    client.finish()
    stage.stop_all(["gateway-1", "gateway-2"])
    waiting = stage.number("select count(*) from job")
    if waiting < 30:
        stage.problems.append(f"only {waiting} jobs waited when the gateways had gone")
    stage.start_all(["thumbnail-3"])
    say(f"without a gateway: {waiting} jobs wait, a new worker is healthy")
    all_done(stage)
    say(f"without a gateway: the new worker completed {stage.completed('thumbnail-3')} jobs")
    stage.start_all(["gateway-1", "gateway-2"])
    more = Client(key, [video(1)])
    more.start()
    await_more(more, 5)
    finish(stage, client, more)


def upgrade(stage):
    """From the release before the newest migration to this one, without an end of the upload."""
    key = begin(stage, ["gateway-1", "gateway-2", "metadata-1", "thumbnail-1", "transcode-1"], release="old")
    client = Client(key, [video(number) for number in range(4)] + real_files())
    client.start()
    await_more(client, 20)
    before = stage.sql("select count(*) from __diesel_schema_migrations")
    stage.once("migrate")
    say(f"migrated by the new release while the old one works: {before} migrations became {stage.sql('select count(*) from __diesel_schema_migrations')}")
    await_more(client, 10)
    for old, new in [("metadata-1", "metadata-2"), ("thumbnail-1", "thumbnail-2"), ("transcode-1", "transcode-2")]:
        side_by_side(stage, client, old, new)
    stage.stop("gateway-1")
    stage.start_all(["gateway-1"])
    await_more(client, 20)
    stage.stop("gateway-2")
    stage.start_all(["gateway-2"])
    await_more(client, 10)
    finish(stage, client)


def side_by_side(stage, client, old, new):
    """Both do jobs on the new schema; then the old one goes, a transcode worker in the middle of one."""
    stage.start_all([new])
    wanted = 1 if kind(old) == "transcode" else 5
    before = {name: stage.completed(name) for name in (old, new)}
    numbers = itertools.count(10)

    def both_work():
        client.check()
        if kind(old) == "transcode" and not client.files and stage.number("select count(*) from job where queue = 'videoConversion'") < 2:
            client.files.append(video(next(numbers)))
        done = {name: stage.completed(name) - before[name] for name in before}
        return (min(done.values()) >= wanted and (kind(old) != "transcode" or running_transcode(stage, old))) or done

    await_that(f"{old} (old) and {new} (new) both work", both_work, 120)
    done = {name: stage.completed(name) - before[name] for name in before}
    stage.stop(old)
    say(f"on the new schema {old} (old) completed {done[old]} jobs beside {new} (new) with {done[new]}, then it was stopped")


ALL = {"faults": faults, "upgrade": upgrade, "scale": scale, "headless": headless}

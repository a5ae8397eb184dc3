"""What the fleet goes through. Each function begins with an empty network, and `finish` looks at what is there afterwards."""

import re
import threading
import time

from faults import rounds
from media import real_files, video
from podman import await_that, say
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
    say(f"{len(contents)} files are there once, {verdict.transcoded} videos have a playable version; all services ended in time")


def await_more(client, count):
    """More files than there are now."""
    until = len(client.ids) + count

    def there():
        client.check()
        return len(client.ids) >= until or f"{len(client.ids)} of {until}"

    await_that(f"{count} more files are uploaded", there, 120)


def running_transcode(stage):
    """One that has run for a second: what needs no transcode ends at once."""
    return stage.number("select count(*) from job where queue = 'videoConversion' and state = 'active' and started_at < now() - interval '1 s'") > 0


def await_transcode(stage, client, number):
    """Sends a video and waits until it, or one before it, is being transcoded."""
    client.files.append(video(number))
    await_that("a transcode runs", lambda: running_transcode(stage), 120)


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
    done = 0
    for number, victims in enumerate(rounds()):
        time.sleep(2)
        one_round(stage, client, number, victims)
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


def one_round(stage, client, number, victims):
    if any(kind(victim) == "transcode" for _, victim in victims):
        await_transcode(stage, client, number)
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
    """Both do jobs on the new schema; then the old one goes, in the middle of something."""
    stage.start_all([new])
    done = {name: stage.completed(name) for name in (old, new)}
    number = 10

    def both_work():
        nonlocal number
        if kind(old) == "transcode" and stage.number("select count(*) from job where queue = 'videoConversion'") < 2 and not client.files:
            client.files.append(video(number))
            number += 1
        client.check()
        return all(stage.completed(name) > done[name] for name in done) or done

    await_that(f"{old} (old) and {new} (new) both work", both_work, 120)
    say(f"{old} (old) completed {stage.completed(old) - done[old]} jobs on the new schema beside {new} (new) with {stage.completed(new) - done[new]}")
    stage.stop(old)


ALL = {"faults": faults, "upgrade": upgrade, "scale": scale, "headless": headless}

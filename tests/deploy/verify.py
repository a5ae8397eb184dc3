"""What has to hold in the end: each content is there once, with all that belongs to it, and nothing else is there."""

import collections
import pathlib
import re

from images import ROOT
from media import faults_of_copy, is_played, sha1
from podman import await_that

FILE = "(select count(*) from asset_file f where f.asset_id = a.id and f.type = '{}' and not is_edited)"


class Verdict:
    def __init__(self, stage, contents):
        self.stage, self.contents, self.transcoded = stage, contents, 0

    def expect(self, what, found, wanted):
        if found != wanted:
            self.stage.problems.append(f"{what}: {found}, expected {wanted}")

    def all(self):
        self.rows()
        self.files()
        self.videos()
        self.triggers()
        return self

    def rows(self):
        expect, sql = self.expect, self.stage.sql
        known = sql("select encode(checksum, 'hex') from asset").split()
        expect("contents that no asset has", sorted(self.contents - set(known)), [])
        expect("contents that several assets have", [content for content, count in collections.Counter(known).items() if count > 1], [])
        shown = set(sql("select encode(checksum, 'hex') from asset where visibility <> 'hidden'").split())
        expect("assets that nobody uploaded", sorted(shown - self.contents), [])
        for kind in ("preview", "thumbnail"):
            missing = sql(f"select original_file_name from asset a where visibility <> 'hidden' and {FILE.format(kind)} <> 1")
            expect(f"assets without one {kind}", missing, "")
        unread = sql("select count(*) from asset a left join asset_job_status s on s.asset_id = a.id where s.metadata_extracted_at is null")
        expect("assets whose metadata were not read", unread, "0")
        for queue, subjects in [("metadataExtraction", "asset"), ("videoConversion", "asset where type = 'VIDEO'")]:
            done = sql(f"select coalesce(sum(completed), 0) from queue_completed where queue = '{queue}'")
            expect(f"jobs of {queue} that took effect", done, sql(f"select count(*) from {subjects}"))
        expect("jobs left", sql("select kind, state, count(*), min(history->>-1) from job group by 1, 2"), "")
        expect("intents left", sql("select count(*) from file_intent"), "0")

    def files(self):
        media = self.stage.media
        named = set(self.stage.sql("select path from asset_file where path <> '' union select original_path from asset").split("\n"))
        on_disk = {"/data/" + str(path.relative_to(media)) for path in media.rglob("*") if path.is_file() and path.name != ".safelight"}
        self.expect("files that rows name and nobody has", sorted(named - on_disk), [])
        self.expect("files that no row names", sorted(on_disk - named), [])
        originals = collections.Counter(sha1(path.read_bytes()) for path in (media / "upload").rglob("*") if path.is_file() and path.name != ".safelight")
        self.expect("contents that are not one file", sorted(content for content in self.contents if originals[content] != 1), [])

    def videos(self):
        """Those that are not played as they are have one playable version, whole; the others have none."""
        rows = self.stage.sql("select original_path, (select string_agg(path, ' ') from asset_file f where f.asset_id = a.id and f.type = 'encoded_video')"
                              " from asset a where a.type = 'VIDEO'")
        for original, copies in (line.split("|") for line in rows.split("\n") if line):
            self.video(self.path(original), copies.split())

    def video(self, original, copies):
        wanted = 0 if is_played(original) else 1
        self.expect(f"playable versions of {original.name}", len(copies), wanted)
        for copy in copies:
            self.expect(f"the playable version of {original.name}", faults_of_copy(original, self.path(copy)), None)
            self.transcoded += 1

    def path(self, row):
        return pathlib.Path(self.stage.media, pathlib.PurePosixPath(row).relative_to("/data"))

    def triggers(self):
        """The queries by which the chart scales, on the real tables."""
        chart = ROOT / "deploy/helm/safelight/templates"
        text = re.search(r"query: >-\n(.*?)\n +targetQueryValue", (chart / "keda.yaml").read_text(), re.S)[1]
        for queues in re.findall(r"queues: \[(.*)\]", (chart / "_helpers.tpl").read_text()):
            query = " ".join(text.split()).replace("{{ join \"', '\" $worker.queues }}", "', '".join(queue.strip() for queue in queues.split(",")))
            self.expect("the number of a trigger", self.stage.sql(query), "0")


def all_done(stage, seconds=300):
    await_that("all jobs end", lambda: stage.jobs_left() == "" or stage.jobs_left(), seconds)
    await_that("intents end", lambda: stage.sql("select count(*) from file_intent") == "0", 60)

"""Who uploads: a client of ours that knows each answer, and the official command-line client."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import uuid

from media import png, sha1
from stage import address

OFFICIAL = ["npx", "-y", "-p", "node@22", "-p", "@immich/cli@latest", "immich"]


class Uploader(threading.Thread):
    """Goes on until it has been told that it is enough and everything is there."""

    def __init__(self, key):
        super().__init__(daemon=True)
        self.key, self.enough, self.error = key, threading.Event(), None
        self.contents = set()  # by SHA-1, once the server has said that it has them

    def run(self):
        try:
            self.upload()
        except Exception as error:
            self.error = error

    def check(self):
        if self.error:
            raise self.error

    def finish(self):
        self.enough.set()
        self.join(timeout=180)
        self.check()
        if self.is_alive():
            raise RuntimeError(f"{type(self).__name__} does not end")


class Client(Uploader):
    """Tries again until it has an answer, and sends every fifth file twice."""

    def __init__(self, key, files=()):
        super().__init__(key)
        self.files, self.ids, self.retries = list(files), {}, 0

    def upload(self):
        seed = 0
        while not self.enough.is_set() or self.files:
            name, content = self.files.pop() if self.files else (f"{seed}.png", png(seed))
            self.ids[name] = self.until_answered(name, content)
            self.contents.add(sha1(content))
            if seed % 5 == 0 and self.until_answered(name, content) != self.ids[name]:
                raise RuntimeError(f"{name} is there twice")
            seed += 1
            time.sleep(0.15)

    def until_answered(self, name, content):
        until = time.monotonic() + 90
        while True:
            try:
                return self.send(name, content)
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > until:
                    raise RuntimeError(f"{name} could not be uploaded in 90 s: {error}") from error
                self.retries += 1
                time.sleep(0.5)

    def send(self, name, content):
        edge = uuid.uuid4().hex
        fields = {"deviceAssetId": name, "deviceId": "test", "fileCreatedAt": "2024-05-06T07:08:09.000Z", "fileModifiedAt": "2024-05-06T07:08:09.000Z"}
        body = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items())
        body += f'--{edge}\r\nContent-Disposition: form-data; name="assetData"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        return self.request("POST", "/api/assets", body, {"Content-Type": f"multipart/form-data; boundary={edge}"})["id"]

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(address("nginx"), 80, timeout=20)
        try:
            connection.request(method, path, body, {"x-api-key": self.key, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status not in (200, 201):
            raise http.client.HTTPException(f"{answer.status} {text[:200]}")
        return json.loads(text)


class OfficialClient(Uploader):
    """Uploads a folder that grows, and runs again until it says that all of it is there."""

    def __init__(self, key, files=()):
        super().__init__(key)
        self.files, self.runs, self.tries = list(files), 0, 0
        self.folder = tempfile.TemporaryDirectory(prefix="safelight-test-cli-", ignore_cleanup_errors=True)
        self.written = set()

    def upload(self):
        while self.files or not self.enough.is_set():
            self.grow()
            self.until_all_is_there()

    def grow(self):
        """Some real files and some made here, each time in a folder of their own."""
        new = [self.files.pop() for _ in range(min(3, len(self.files)))]
        new += [(f"{i}.png", png(f"cli/{self.runs}/{i}")) for i in range(12)]
        folder = pathlib.Path(self.folder.name) / str(self.runs)
        folder.mkdir()
        for name, content in new:
            (folder / name).write_bytes(content)
            self.written.add(sha1(content))
        self.runs += 1

    def until_all_is_there(self):
        """It also says so where it could not ask, so the number of files that the server knows counts."""
        until = time.monotonic() + 120
        while True:
            self.tries += 1
            says = self.run_once()
            found = re.search(r"Found 0 new files and (\d+) duplicate", says)
            if found and int(found[1]) == len(self.written):
                self.contents = set(self.written)
                return
            if time.monotonic() > until:
                raise RuntimeError(f"the official client could not upload everything in 120 s: {says[-600:]}")

    def run_once(self):
        settings = {**os.environ, "IMMICH_INSTANCE_URL": f"http://{address('nginx')}/api", "IMMICH_API_KEY": self.key}
        done = subprocess.run([*OFFICIAL, "upload", "--recursive", "--no-progress", self.folder.name], env=settings, text=True, timeout=100,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout

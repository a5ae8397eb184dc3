"""A system of its own on 127.0.0.1: a private Postgres and Redis, one gateway, and who calls it."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("SAFELIGHT_BIN_DIR", ROOT / "target/debug"))
# A picture of one pixel.
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
                      "0000000500015a5e2a400000000049454e44ae426082")
PASSWORD = "a password of the test"
# What would name other servers, or bound what this test does on purpose.
FOREIGN = ("DB_", "REDIS_", "IMMICH_", "SAFELIGHT_")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Stage:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="safelight-security-"))
        # The servers' user has to pass through it.
        self.folder.chmod(0o755)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        mine = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self.env = mine | {
            "SAFELIGHT_DATA_DIR": str(self.folder / "data"), "IMMICH_HOST": "127.0.0.1", "IMMICH_PORT": str(port),
            # Nobody makes pictures here, so nothing waits for one.
            "SAFELIGHT_PROFILE_IMAGE_WAIT": "10ms",
        }

    def __enter__(self):
        workers = [part for name in ("metadata", "thumbnail", "transcode") for part in ("--without", f"{name}-worker")]
        self.safelight("up", "--detach", *workers)
        return self

    def __exit__(self, *_):
        self.safelight("down")
        shutil.rmtree(self.folder, ignore_errors=True)

    def safelight(self, *arguments):
        done = subprocess.run([PROGRAMS / "safelight", *arguments], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise SystemExit(f"safelight {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}")
        return done.stdout

    def log(self):
        return (self.folder / "data/logs/safelight.log").read_text(errors="replace")

    def call(self, method, path, body=None, headers=None):
        """A JSON call that has to succeed."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        headers = {"content-type": "application/json"} | (headers or {}) if data else headers or {}
        request = urllib.request.Request(f"{self.url}/api{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path} answers {error.code}: {error.read()[:500]}") from error
        return json.loads(text) if text else None

    def log_in(self, email):
        token = self.call("POST", "/auth/login", {"email": email, "password": PASSWORD})["accessToken"]
        return {"authorization": f"Bearer {token}"}

    def account(self, admin, name):
        email = f"{name}@example.com"
        account = self.call("POST", "/admin/users", {"email": email, "password": PASSWORD, "name": name}, admin)
        return account["id"], self.log_in(email)

    def things(self, headers):
        """An asset, an album with it and a few more, so that generated ids are not all of nothing."""
        boundary = uuid.uuid4().hex
        fields = {"deviceAssetId": "a", "deviceId": "d", "fileCreatedAt": "2024-01-01T00:00:00Z", "fileModifiedAt": "2024-01-01T00:00:00Z"}
        parts = [f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="assetData"; filename="pixel.png"\r\ncontent-type: image/png\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + PIXEL + f"\r\n--{boundary}--\r\n".encode()
        content = {"content-type": f"multipart/form-data; boundary={boundary}"}
        asset = self.call("POST", "/assets", body, content | headers)["id"]
        album = self.call("POST", "/albums", {"albumName": "Album", "assetIds": [asset]}, headers)["id"]
        return [asset, album]

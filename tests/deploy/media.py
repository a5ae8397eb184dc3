"""Photos and videos: some that are made here, of which no two are alike, and the real ones of the test media."""

import functools
import hashlib
import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile
import uuid
import zlib

from images import ROOT

ENDINGS = {".jpg", ".jpeg", ".png", ".heic", ".avif", ".webp", ".mp4", ".mov"}
RUN = uuid.uuid4().hex[:6]
SECONDS = 30  # of each video made here
# What the settings of a new installation play as it is.
PLAYED = {"video": {"h264"}, "audio": {"aac", "mp3", "opus"}}


def sha1(content):
    return hashlib.sha1(content).hexdigest()


def png(seed):
    """A small picture that no other is like."""
    dice, width, height = random.Random(f"{RUN}/{seed}"), 96, 64
    tint = [dice.randrange(256) for _ in range(3)]
    rows = b"".join(b"\0" + bytes((tint[i % 3] + x + dice.randrange(24)) % 256 for x in range(width) for i in range(3)) for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def real_files():
    folder = pathlib.Path(os.environ.get("SAFELIGHT_TEST_MEDIA", ROOT / "../shared/photos"))
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS] if folder.is_dir() else []
    # The same bytes under two names are one asset.
    by_content = {path.read_bytes(): path for path in found}
    return [(str(path.relative_to(folder)).replace("/", "-"), content) for content, path in by_content.items()]


# --- videos, by the ffmpeg of this machine

@functools.cache
def pattern(codec):
    """Half a minute that browsers do not play."""
    size, encoder = {"mpeg4": ("1280x720", ["-b:v", "2M"]), "libx265": ("960x540", ["-preset", "ultrafast", "-x265-params", "log-level=none"])}[codec]
    with tempfile.NamedTemporaryFile(suffix=".mp4") as made:
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30:duration={SECONDS}", "-f", "lavfi", "-i", f"sine=duration={SECONDS}",
               "-c:v", codec, *encoder, "-pix_fmt", "yuv420p", "-c:a", "aac", made.name)
        return pathlib.Path(made.name).read_bytes()


def video(number):
    """One that has to be transcoded; each has other bytes."""
    codec = ("mpeg4", "libx265")[number % 2]
    box = f"{RUN}/{number}".encode()
    return f"{codec}-{number}.mp4", pattern(codec) + struct.pack(">I", 8 + len(box)) + b"free" + box


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def streams(path):
    """Kinds and codecs of the streams, and how many seconds they last."""
    found = json.loads(subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", path],
                                      check=True, stdout=subprocess.PIPE).stdout)
    kinds = [(stream["codec_type"], stream["codec_name"]) for stream in found["streams"] if stream.get("codec_type") in PLAYED]
    return kinds, float(found["format"]["duration"])


def is_played(path):
    return all(codec in PLAYED[kind] for kind, codec in streams(path)[0])


def faults_of_copy(original, copy):
    """Why a transcode is not a whole and playable version of its original; None if it is."""
    decoded = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", copy, "-f", "null", "-"], text=True, stderr=subprocess.PIPE)
    if decoded.returncode != 0 or decoded.stderr:
        return f"does not decode: {decoded.stderr[:300]}"
    wanted, got = streams(original)[1], streams(copy)[1]
    if abs(wanted - got) > 0.25:
        return f"lasts {got} s, the original {wanted} s"
    return None if is_played(copy) else f"has the codecs {streams(copy)[0]}"

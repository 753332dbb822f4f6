"""Embeds a folder or a bucket of photos by a gateway, with Ray Data: python ray_data.py GATEWAY PHOTOS OUT."""

import base64
import struct
import sys
import time

import numpy
import pyarrow
import ray
import requests

GATEWAY, PHOTOS, OUT = sys.argv[1:]
ASKED = {"on_error": "item", "encoding_format": "base64"}


class Embed:
    """One of several, each with a request in flight on a connection of its own."""

    def __init__(self):
        self.session = requests.Session()
        self.session.headers["content-type"] = "application/x-image-batch"

    def __call__(self, photos: pyarrow.Table) -> pyarrow.Table:
        body = b"".join(struct.pack("<I", len(photo)) + photo for photo in photos["bytes"].to_pylist())
        while (reply := self.session.post(f"{GATEWAY}/embed", body, params=ASKED, timeout=60)).status_code in (429, 503):
            time.sleep(float(reply.headers.get("retry-after", 1)))
        reply.raise_for_status()
        vectors = [result.get("embedding") for result in reply.json()["results"]]
        vectors = [one and numpy.frombuffer(base64.b64decode(one), numpy.float32) for one in vectors]
        status = [result.get("error", {}).get("code", "ok") for result in reply.json()["results"]]
        made = {name: [reply.headers[f"x-{name.replace('_', '-')}"]] * len(status)
                for name in ["preprocess_id", "model_digest", "embedding_space"]}
        column = pyarrow.array(vectors, pyarrow.list_(pyarrow.float32(), 512))
        return pyarrow.table({"id": photos["path"], "embedding": column, "status": status, **made})


photos = ray.data.read_binary_files(PHOTOS, include_paths=True)
workers = ray.data.ActorPoolStrategy(min_size=1, max_size=8)
photos.map_batches(Embed, batch_size=32, batch_format="pyarrow", compute=workers).write_parquet(OUT)

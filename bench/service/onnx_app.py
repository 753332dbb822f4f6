"""What a photo app writes without a gateway: FastAPI, Pillow and ONNX Runtime, one image after the other.

Same model file, same preprocessing (open_clip's image_transform: resize, centre crop, normalise) and the same route as
the gateway's POST /embed/base64. Started by bench/service/python_service.ts, several processes of it. Without a model,
numpy takes 512 numbers of the input: what is left is the price of the service itself.
"""

import base64
import io
import json
import os
import time

import numpy
import onnxruntime
from fastapi import FastAPI, Response
from PIL import Image
from pydantic import BaseModel

with open(os.environ["MANIFEST"], encoding="utf-8") as file:
    MANIFEST = json.load(file)
SIZE = MANIFEST["preprocess"]["size"]
MEAN = numpy.array(MANIFEST["preprocess"]["mean"], numpy.float32)
STD = numpy.array(MANIFEST["preprocess"]["std"], numpy.float32)



def load_model(path: str):
    """A function from float32 [n, 3, size, size] to float32 [n, 512]."""
    if path == "":
        return lambda inputs: inputs.reshape(len(inputs), -1)[:, :512].copy()
    options = onnxruntime.SessionOptions()
    # Processes share the cores already.
    options.intra_op_num_threads = int(os.environ.get("MODEL_THREADS", "1"))
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda inputs: session.run(None, {name: inputs})[0]


infer = load_model(os.environ["MODEL"])
app = FastAPI()


class Request(BaseModel):
    images: list[str]


def preprocess(photo: bytes) -> numpy.ndarray:
    """JPEG bytes to float32 [3, size, size], as open_clip does."""
    image = Image.open(io.BytesIO(photo))
    width, height = image.size
    if width <= height:
        size = (SIZE, int(SIZE * height / width))
    else:
        size = (int(SIZE * width / height), SIZE)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - SIZE) / 2), round((size[1] - SIZE) / 2)
    image = image.crop((left, top, left + SIZE, top + SIZE)).convert("RGB")
    pixels = numpy.asarray(image, numpy.float32) / 255
    return ((pixels - MEAN) / STD).transpose(2, 0, 1)


@app.post("/embed/base64")
def embed(request: Request) -> Response:
    """Embeds images of one request together; FastAPI runs this in a thread of its pool."""
    started = time.perf_counter()
    photos = [base64.b64decode(text) for text in request.images]
    decoded = time.perf_counter()
    inputs = numpy.stack([preprocess(photo) for photo in photos])
    preprocessed = time.perf_counter()
    embeddings = infer(inputs)
    inferred = time.perf_counter()
    embeddings /= numpy.linalg.norm(embeddings, axis=1, keepdims=True)
    body = json.dumps({"embeddings": embeddings.tolist()})
    replied = time.perf_counter()
    stages = {
        "parse": decoded - started,
        "preprocess": preprocessed - decoded,
        "infer": inferred - preprocessed,
        "reply": replied - inferred,
    }
    timing = ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in stages.items())
    return Response(body, media_type="application/json", headers={"server-timing": timing})

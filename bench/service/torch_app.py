"""What a photo app writes with PyTorch: FastAPI and open_clip's own model and preprocessing, one image after the other.

The same route as the gateway's POST /embed/base64. Started by bench/service/python_service.ts, several processes of it.
"""

import base64
import io
import json
import os

import open_clip
import torch
from fastapi import FastAPI, Response
from PIL import Image
from pydantic import BaseModel
from safetensors import safe_open

# Processes share the cores already.
torch.set_num_threads(int(os.environ.get("MODEL_THREADS", "1")))

MODEL, _, PREPROCESS = open_clip.create_model_and_transforms("ViT-B-32")
with safe_open(os.environ["WEIGHTS"], "pt") as weights:
    names = [name for name in weights.keys() if name.startswith("visual.")]
    MODEL.visual.load_state_dict({name.removeprefix("visual."): weights.get_tensor(name) for name in names})
MODEL.eval()

app = FastAPI()


class Request(BaseModel):
    images: list[str]


@app.post("/embed/base64")
def embed(request: Request) -> Response:
    """Embeds images of one request together; FastAPI runs this in a thread of its pool."""
    photos = [Image.open(io.BytesIO(base64.b64decode(text))) for text in request.images]
    with torch.inference_mode():
        inputs = torch.stack([PREPROCESS(photo) for photo in photos])
        embeddings = MODEL.encode_image(inputs, normalize=True)
    return Response(json.dumps({"embeddings": embeddings.tolist()}), media_type="application/json")

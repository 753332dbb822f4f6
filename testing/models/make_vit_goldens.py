"""Embeddings by open_clip itself, which the exporter's graphs are held to.

    python3.11 -m venv venv && venv/bin/pip install -r testing/models/requirements.txt
    venv/bin/python testing/models/make_vit_goldens.py small   # checkpoints/*.safetensors, vit_goldens.json
    venv/bin/python testing/models/make_vit_goldens.py full    # full_vit_goldens.json, a minute

`small` makes small image towers of random weights, saved as the hub's checkpoints are, text tower and all. `full` is
ViT-B-32 with the weights of `seeded_weights.ts`, whose formula stands here too, on photos through open_clip's own
preprocessing. Run from the repository's root; twice made, the bytes are the same.
"""

import base64
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import open_clip
import torch
from open_clip.model import CLIP
from PIL import Image
from safetensors.torch import save_file

HERE = pathlib.Path("testing/models")
PHOTOS = pathlib.Path("testing/photos")
MEAN = np.float32([0.48145466, 0.4578275, 0.40821073])
STD = np.float32([0.26862954, 0.26130258, 0.27577711])
TEXT = {"context_length": 4, "vocab_size": 16, "width": 16, "heads": 2, "layers": 1}
FULL_SEED = 1

# What each has that the others have not: the type on disk, and numbers that would hide a mistake if they were equal.
SMALL = [
    {
        "name": "vit_64_f16",
        "dtype": torch.float16,
        "dim": 32,
        "vision": {"image_size": 64, "patch_size": 16, "width": 64, "head_width": 16, "layers": 2, "mlp_ratio": 4.0},
    },
    {
        "name": "vit_48_f32",
        "dtype": torch.float32,
        "dim": 40,
        "vision": {"image_size": 42, "patch_size": 14, "width": 48, "head_width": 8, "layers": 3, "mlp_ratio": 2.5},
    },
    {
        "name": "vit_32_bf16",
        "dtype": torch.bfloat16,
        "dim": 24,
        "vision": {"image_size": 64, "patch_size": 32, "width": 32, "head_width": 32, "layers": 1, "mlp_ratio": 3.0},
    },
]


def small() -> None:
    (HERE / "checkpoints").mkdir(exist_ok=True)
    goldens = []
    for number, config in enumerate(SMALL):
        torch.manual_seed(number)
        vision = config["vision"]
        model = CLIP(config["dim"], vision, TEXT).eval()
        with torch.no_grad():
            for name, tensor in model.named_parameters():
                # open_clip starts gains at 1 and biases at 0, which would hide their absence.
                if tensor.ndim == 1:
                    tensor.add_(0.2 * torch.randn(tensor.shape))
                if "in_proj_weight" in name:
                    tensor.mul_(3)
        state = {name: tensor.to(config["dtype"]).contiguous() for name, tensor in model.state_dict().items()}
        save_file(state, HERE / "checkpoints" / f"{config['name']}.safetensors", {"format": "pt"})
        model.load_state_dict(state)
        size = vision["image_size"]
        crops = [pattern(size, start) for start in (0, 1_000_000)]
        goldens.append({
            "checkpoint": f"{config['name']}.safetensors",
            "size": size,
            "dim": config["dim"],
            "architecture": {
                "type": "open_clip_vit",
                "width": vision["width"],
                "layers": vision["layers"],
                "heads": vision["width"] // vision["head_width"],
                "patch_size": vision["patch_size"],
                "mlp_width": int(vision["width"] * vision["mlp_ratio"]),
                "activation": "gelu_erf",
                "layer_norm_epsilon": model.visual.ln_pre.eps,
                "quantization": "none",
            },
            "crops": [encode(crop) for crop in crops],
            "embeddings": [encode(embed(model, normalize(crop))) for crop in crops],
        })
    write("vit_goldens.json", goldens)


def full() -> None:
    model, _, transform = open_clip.create_model_and_transforms("ViT-B-32", pretrained=None)
    model.eval()
    state = model.visual.state_dict()
    for name, tensor in state.items():
        state[name] = torch.from_numpy(seeded(f"visual.{name}", tuple(tensor.shape), FULL_SEED))
    model.visual.load_state_dict(state)
    photos = {}
    for path in sorted(PHOTOS.glob("*.jpg")):
        if "_" in path.stem:
            continue
        pixels = transform(Image.open(path)).numpy()
        photos[path.name] = {
            "input_f32_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "embedding": encode(embed(model, pixels)),
        }
    write("full_vit_goldens.json", {"model": "openclip_vit_b32", "seed": FULL_SEED, "photos": photos})


def embed(model: CLIP, pixels: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model.encode_image(torch.from_numpy(pixels)[None], normalize=False)[0].numpy()


def normalize(crop: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(((crop.astype(np.float32) / np.float32(255) - MEAN) / STD).transpose(2, 0, 1))


def pattern(size: int, start: int) -> np.ndarray:
    count = 3 * size * size
    return (mix(start + np.arange(count)) >> np.uint64(24)).astype(np.uint8).reshape(size, size, 3)


def seeded(name: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    count = math.prod(shape)
    offset, scale = distribution(name, shape)
    levels = (mix(hash_text(name, seed) + np.arange(count)) >> np.uint64(8)).astype(np.float64)
    return (offset + scale * (levels / 2**23 - 1)).astype(np.float32).reshape(shape)


def distribution(name: str, shape: tuple[int, ...]) -> tuple[float, float]:
    if ".ln_" in name and name.endswith(".weight"):
        return 1, 0.25
    if name.endswith("embedding"):
        return 0, 0.5
    if len(shape) == 1:
        return 0, 0.125
    inputs = shape[0] if name == "visual.proj" else math.prod(shape[1:])
    return 0, (1.5 if "in_proj" in name else 1) * math.sqrt(3 / inputs)


def hash_text(text: str, seed: int) -> int:
    value = 0x811C9DC5 ^ seed
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def mix(counter: np.ndarray) -> np.ndarray:
    mask = np.uint64(0xFFFFFFFF)
    value = counter.astype(np.uint64) & mask
    value = (value ^ value >> np.uint64(16)) * np.uint64(0x85EBCA6B) & mask
    value = (value ^ value >> np.uint64(13)) * np.uint64(0xC2B2AE35) & mask
    return value ^ value >> np.uint64(16)


def encode(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def write(name: str, goldens: object) -> None:
    (HERE / name).write_text(json.dumps(goldens, indent=2) + "\n")


if __name__ == "__main__":
    {"small": small, "full": full}[sys.argv[1]]()

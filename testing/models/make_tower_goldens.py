"""Embeddings by open_clip itself, which the exporter's graphs are held to.

    python3.11 -m venv venv && venv/bin/pip install -r testing/models/requirements.txt
    venv/bin/python testing/models/make_tower_goldens.py small     # checkpoints/*.safetensors, tower_goldens.json
    venv/bin/python testing/models/make_tower_goldens.py full ViT-B-32 ViT-L-14    # full_goldens/NAME.json
    venv/bin/python testing/models/make_tower_goldens.py pairs     # pair_goldens.json

`small` makes models of a few thousand random weights with the settings of open_clip's families, saved as the hub's
checkpoints are, both towers in one. `full` is an open_clip model in full size, with the weights of `seeded_weights.ts`, whose
formula stands here too, on photos through open_clip's own preprocessing and on sentences through its tokenizer; ViT-H-14
takes 8 GB of memory and some minutes. `pairs` has the cosines of 50 photos with sentences by ViT-B-32 with the same weights.
Run from the repository's root; twice made, `small` and `full` have the same bytes, and `pairs` the same to some 1e-7.
"""

import base64
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import open_clip
import timm
import torch
from open_clip.model import CLIP, CustomTextCLIP
from PIL import Image
from safetensors.torch import save_file

HERE = pathlib.Path("testing/models")
PHOTOS = pathlib.Path("testing/photos")
MEAN = np.float32([0.48145466, 0.4578275, 0.40821073])
STD = np.float32([0.26862954, 0.26130258, 0.27577711])
FULL_SEED = 1
FULL_PHOTOS = {"ViT-B-32": 99}  # others: two
SENTENCES = [
    "a photo of a cat",
    "Two cafés, one rainy night: neon & wet asphalt (f/1.8)!",
    "",
    "word " * 100,
]

# Captions, and what a tokenizer or a gateway might do to them.
PAIR_SENTENCES = [
    "a portrait of an astronaut in an orange space suit",
    "an astronaut smiling in front of a flag and a model of the space shuttle",
    "A PHOTO OF AN ASTRONAUT, SHOT IN A STUDIO IN 1999",
    "astronaut",
    "Eileen Collins &amp; her helmet &lt;NASA&gt;",
    "a man with a camera on a tripod",
    "a black and white photo of a man in a long coat",
    "MAN; camera; tripod; grass; tower",
    "cameraman #1: \"look here!\" (he said)",
    "un homme photographie le château, à l'aube",
    "a tabby cat that looks at you",
    "a photo of a cat",
    "a photo of a dog",
    "🐱 asleep 😴😴",
    "猫の写真",
    "a cup of coffee on a wooden table",
    "café crème ☕\ufe0f, 3.50 €",
    "Cafe\u0301 with a combining accent",
    "a “flat white”, it’s ‘hot’",
    "кофе на столе",
    "a red dahlia in bloom",
    "macro shot of petals, f/2.8, 1/250 s, ISO 100",
    "花 🌺",
    "&quot;Dahlia&quot; &#8212; &#x1F33A; &eacute;t&eacute;",
    "🌻🏿\u200d♀\ufe0f sunflower?",
    "hundreds of galaxies in deep space",
    "the Hubble eXtreme Deep Field",
    "star " * 120,
    "A very long caption, which tells of every galaxy in turn: " + "a spiral one, an elliptical one, " * 20 + "and a last.",
    "المجرات البعيدة",
    "a Chinese pavilion by a lake",
    "颐和园的亭子",
    "  two   spaces,\ttabs\tand\na new line  ",
    "Ｆｕｌｌ ｗｉｄｔｈ pavilion",
    "temple/roof_tiles-2019.jpg",
    "a human retina, seen through a fundus camera",
    "left eye, normal, 20/20",
    "μ = 0.5 ± 0.1 mm²",
    "आँख की तस्वीर",
    "not a cat, not a dog, not a cup of coffee",
    "a rocket lifts off at night",
    "🚀🌌",
    "Falcon 9 carries DSCOVR to the Sun–Earth L1 point",
    "T-10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0!!!",
    "ракета 在 発射 จรวด",
    "the the the the",
    "?",
    "0",
    "I'd say they've won't and she'll",
    "a photo of <|startoftext|> nothing",
]

# Settings of open_clip's model_configs with small numbers, which differ where equal ones would hide a mistake.
VISION = {"image_size": 24, "patch_size": 8, "width": 24, "head_width": 8, "layers": 2}
TEXT = {"context_length": 12, "vocab_size": 40, "width": 16, "heads": 2, "layers": 2}
SIGLIP_TEXT = {"no_causal_mask": True, "proj_bias": True, "pool_type": "last", "norm_kwargs": {"eps": 1e-6}}
FAMILIES = {
    "vit_b_32": {"dim": 20, "text": {"context_length": 77}},
    "vit_b_32_quickgelu": {"dim": 20, "quick_gelu": True, "dtype": torch.float16},
    "vit_b_16": {"dim": 20, "vision": {"image_size": 40}},
    "vit_l_14": {
        "dim": 28,
        "vision": {"image_size": 28, "patch_size": 14, "width": 32},
        "text": {"width": 24, "heads": 3},
        "dtype": torch.bfloat16,
    },
    "vit_l_14_336": {
        "dim": 28,
        "vision": {"image_size": 42, "patch_size": 14, "width": 32},
        "text": {"width": 24, "heads": 3},
        "dtype": torch.float16,
    },
    "vit_h_14": {
        "dim": 36,
        "vision": {"image_size": 28, "patch_size": 14, "width": 30, "head_width": 10, "layers": 3},
        "text": {"width": 20, "heads": 5, "layers": 3},
        "dtype": torch.float16,
    },
    "vit_bigg_14": {"dim": 20, "vision": {"mlp_ratio": 4.9231, "head_width": 12}},
    "vit_m_16_alt": {"dim": 20, "vision": {"ls_init_value": 1e-4}, "text": {"ls_init_value": 1e-4}},
    "vit_l_14_clipa": {
        "dim": 20,
        "vision": {"no_ln_pre": True, "pool_type": "avg", "final_ln_after_pool": True},
        "text": {"pool_type": "last", "no_causal_mask": True},
    },
    "vit_worldwide": {
        "dim": 20,
        "vision": {"pool_type": "avg", "pos_embed_type": "sin_cos_2d", "patch_dropout": 0.5},
        "text": {"pool_type": "eos", "eos_id": 5},
    },
    "custom_text": {
        "dim": 16,
        "custom_text": True,
        "text": {"pool_type": "first", "proj_type": "none", "mlp_ratio": 3.0},
    },
    "siglip": {"dim": 24, "custom_text": True, "siglip": {}, "text": SIGLIP_TEXT, "logit_bias": -10.0},
    "siglip2": {
        "dim": 24,
        "custom_text": True,
        "siglip": {"act_layer": "gelu_tanh", "mlp_ratio": 3.7362},
        "text": {**SIGLIP_TEXT, "act_kwargs": {"approximate": "tanh"}},
        "logit_bias": -10.0,
    },
}


def small() -> None:
    (HERE / "checkpoints").mkdir(exist_ok=True)
    goldens = []
    for number, (name, family) in enumerate(FAMILIES.items()):
        torch.manual_seed(number)
        vision, text = {**VISION, **family.get("vision", {})}, {**TEXT, **family.get("text", {})}
        model = build(family, vision, text).eval()
        with torch.no_grad():
            for parameter, tensor in model.named_parameters():
                if parameter.startswith("logit"):
                    continue
                # open_clip starts gains at 1 and biases at 0, which would hide their absence.
                if tensor.ndim == 1:
                    tensor.add_(0.2 * torch.randn(tensor.shape))
                # It starts those of the text tower so small that attention would not matter.
                elif not parameter.startswith("visual."):
                    tensor.copy_(torch.randn(tensor.shape) / math.sqrt(tensor.shape[-1]))
                if "in_proj_weight" in parameter or "qkv.weight" in parameter or "attn_pool" in parameter:
                    tensor.mul_(3)
        dtype = family.get("dtype", torch.float32)
        state = {key: tensor.to(dtype).contiguous() for key, tensor in model.state_dict().items()}
        path = HERE / "checkpoints" / f"{name}.safetensors"
        save_file(state, path, {"format": "pt"})
        path.chmod(0o644)
        model.load_state_dict(state)
        crops = [pattern(vision["image_size"], start) for start in (0, 1_000_000)]
        ids = sample_ids(text)
        goldens.append({
            "name": name,
            "dim": family["dim"],
            "logit_scale": model.logit_scale.exp().item(),
            **({"logit_bias": model.logit_bias.item()} if "logit_bias" in family else {}),
            "image": {
                "size": vision["image_size"],
                "architecture": vision_architecture(family, vision, model),
                "crops": [encode(crop) for crop in crops],
                "embeddings": [encode(embed(model, normalize(crop))) for crop in crops],
            },
            "text": {
                "architecture": text_architecture(family, text, model),
                "ids": ids,
                "embeddings": [encode(embed_text(model, row)) for row in ids],
            },
        })
    write("tower_goldens.json", goldens)


def build(family: dict, vision: dict, text: dict) -> torch.nn.Module:
    kind = CustomTextCLIP if family.get("custom_text") else CLIP
    settings = {"quick_gelu": family.get("quick_gelu", False), "init_logit_bias": family.get("logit_bias")}
    if "siglip" not in family:
        return kind(family["dim"], vision, text, **settings)
    numbers = {
        "img_size": vision["image_size"],
        "patch_size": vision["patch_size"],
        "embed_dim": vision["width"],
        "depth": vision["layers"],
        "num_heads": vision["width"] // vision["head_width"],
        **family["siglip"],
    }
    create = timm.create_model
    timm.create_model = lambda name, **kwargs: create(name, **kwargs, **numbers)
    try:
        timm_vision = {"timm_model_name": "vit_base_patch16_siglip_224", "timm_pool": "map", "timm_proj": "none"}
        return kind(family["dim"], {**timm_vision, "image_size": vision["image_size"]}, text, **settings)
    finally:
        timm.create_model = create


def vision_architecture(family: dict, vision: dict, model: torch.nn.Module) -> dict:
    siglip = family.get("siglip")
    common = {
        "width": vision["width"],
        "layers": vision["layers"],
        "heads": vision["width"] // vision["head_width"],
        "patch_size": vision["patch_size"],
        "quantization": "none",
    }
    if siglip is not None:
        return {
            "type": "siglip_vit",
            **common,
            "mlp_width": int(vision["width"] * siglip.get("mlp_ratio", 4.0)),
            "activation": siglip.get("act_layer", "gelu_erf"),
            "layer_norm_epsilon": model.visual.trunk.norm.eps,
        }
    return {
        "type": "open_clip_vit",
        **common,
        "mlp_width": int(vision["width"] * vision.get("mlp_ratio", 4.0)),
        "activation": "quick_gelu" if family.get("quick_gelu") else "gelu_erf",
        "layer_norm_epsilon": model.visual.ln_post.eps,
        **({"layer_scale": True} if "ls_init_value" in vision else {}),
        **({"ln_pre": False} if vision.get("no_ln_pre") else {}),
        **{key: vision[key] for key in ("pool_type", "final_ln_after_pool") if key in vision},
    }


def text_architecture(family: dict, text: dict, model: torch.nn.Module) -> dict:
    final_norm = model.text.ln_final if family.get("custom_text") else model.ln_final
    tanh = text.get("act_kwargs", {}).get("approximate") == "tanh"
    projection = "none" if text.get("proj_type") == "none" else "linear_bias" if text.get("proj_bias") else None
    return {
        "type": "open_clip_text",
        **{key: text[key] for key in ("context_length", "vocab_size", "width", "layers", "heads")},
        "mlp_width": int(text["width"] * text.get("mlp_ratio", 4.0)),
        "activation": "gelu_tanh" if tanh else "quick_gelu" if family.get("quick_gelu") else "gelu_erf",
        "layer_norm_epsilon": final_norm.eps,
        "quantization": "none",
        **({"layer_scale": True} if "ls_init_value" in text else {}),
        **({"causal_mask": False} if text.get("no_causal_mask") else {}),
        **{key: text[key] for key in ("pool_type", "eos_id") if key in text},
        **({"projection": projection} if projection else {}),
    }


def sample_ids(text: dict) -> list[list[int]]:
    """A short text, one that fills the context, and one in which the last id of the vocabulary comes twice."""
    length, last = text["context_length"], text["vocab_size"] - 1
    end = text.get("eos_id", last)
    full = [last - 1, *((7 * index) % (last - 8) + 6 for index in range(length - 2)), end]
    rows = [[last - 1, 9, 30, 17, end], full, [last - 1, 8, end, 11, 12, end, 13]]
    return [row + [0] * (length - len(row)) for row in rows]


def seeded_model(name: str) -> tuple:
    """The model in full size, and open_clip's own preprocessing for it."""
    model, _, transform = open_clip.create_model_and_transforms(name, pretrained=None)
    model.eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            tensor.copy_(torch.from_numpy(seeded(key, tuple(tensor.shape), FULL_SEED)))
    return model, transform


def full(name: str) -> None:
    model, transform = seeded_model(name)
    photos = {}
    paths = [path for path in sorted(PHOTOS.glob("*.jpg")) if "_" not in path.stem]
    for path in paths[:FULL_PHOTOS.get(name, 2)]:
        pixels = transform(Image.open(path)).numpy()
        photos[path.name] = {
            "input_f32_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "embedding": encode(embed(model, pixels)),
        }
    texts = []
    for sentence in SENTENCES:
        ids = open_clip.get_tokenizer(name)(sentence)[0].tolist()
        texts.append({
            "text": sentence,
            "ids": ids[:max(index for index, id in enumerate(ids) if id) + 1],
            "embedding": encode(embed_text(model, ids)),
        })
    (HERE / "full_goldens").mkdir(exist_ok=True)
    config = open_clip.get_model_config(name)
    write(f"full_goldens/{name}.json", {"config": config, "seed": FULL_SEED, "photos": photos, "texts": texts})


def pairs() -> None:
    """One photo and one sentence at a time, as open_clip's readme has it; photos come again where sentences are left."""
    model, transform = seeded_model("ViT-B-32")
    tokenizer = open_clip.get_tokenizer("ViT-B-32")
    paths = sorted(PHOTOS.glob("*.jpg"))
    goldens = []
    for number, sentence in enumerate(PAIR_SENTENCES):
        path = paths[number % len(paths)]
        with torch.no_grad():
            photo = model.encode_image(transform(Image.open(path))[None], normalize=True)
            text = model.encode_text(tokenizer([sentence]), normalize=True)
        goldens.append({"photo": path.name, "text": sentence, "cosine": (photo @ text.T).item()})
    write("pair_goldens.json", goldens)


def embed(model: torch.nn.Module, pixels: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model.encode_image(torch.from_numpy(pixels)[None], normalize=False)[0].numpy()


def embed_text(model: torch.nn.Module, ids: list[int]) -> np.ndarray:
    with torch.no_grad():
        return model.encode_text(torch.tensor([ids]), normalize=False)[0].numpy()


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
    if name == "logit_scale":
        return math.log(100), 0
    if name.split(".")[-2:-1] and name.split(".")[-2].startswith("ln_") and name.endswith(".weight"):
        return 1, 0.25
    if name.endswith("embedding"):
        return 0, 0.5
    if len(shape) == 1:
        return 0, 0.125
    inputs = shape[0] if name in ("visual.proj", "text_projection") else math.prod(shape[1:])
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
    (HERE / name).write_text(json.dumps(goldens, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "small":
        small()
    elif sys.argv[1] == "pairs":
        pairs()
    else:
        for model_name in sys.argv[2:]:
            full(model_name)

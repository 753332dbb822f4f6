"""Token ids by open_clip itself, which the tokenizer is held to.

    python3.11 -m venv venv && venv/bin/pip install -r testing/tokens/requirements.txt
    venv/bin/python testing/tokens/make_tokens.py goldens            # tokens.json, letters.json
    venv/bin/python testing/tokens/make_tokens.py random COUNT SEED  # others of the same kinds, to standard output

`tokens.json` has a line a text: the text, and its ids as base64 of little-endian uint16, without the zeros behind the
end of text. The nasty ones come first. `letters.json` has ranges of what the reference takes for letters, numbers and
space. Run from the repository's root; twice made, the bytes are the same.
"""

import base64
import importlib.metadata
import json
import pathlib
import platform
import random
import sys
import unicodedata

import regex
from nasty_texts import nasty_texts
from open_clip.tokenizer import SimpleTokenizer

HERE = pathlib.Path("testing/tokens")
NASTY, PLAIN, SEED = 2000, 1000, 18
CONTEXT_LENGTH = 77
PACKAGES = ["open_clip_torch", "ftfy", "regex"]

WHO = "a dog|two cats|an old man|a young woman|children|a group of people|a horse|my sister|a red bus|an airplane|the bride"
DOING = "running on|sitting next to|looking at|standing in front of|jumping over|sleeping on|waiting for|playing with|painted on"
WHAT = "a wooden bench|the beach at sunset|a crowded street|the snow|a birthday cake|an open laptop|a mountain lake|her bicycle"
TAILS = "|, black and white|, close-up|. It's raining!| (2019)| - photo by J. Smith|, 35mm, f/1.8, bokeh|; isn't it nice?| #travel #sun"


def plain_texts(count: int, seed: int) -> list[str]:
    """Captions in plain ASCII."""
    chance = random.Random(seed)
    starts = ["", "A photo of ", "Close-up of ", "Photograph: ", "there's ", "IMG_2041.JPG "]
    parts = [starts, *(words.split("|") for words in [WHO, DOING, WHAT, TAILS])]
    texts = []
    for _ in range(count):
        start, who, doing, what, tail = (chance.choice(part) for part in parts)
        texts.append(f"{start}{who} {doing} {what}{tail}")
    return texts


def lines(texts: list[str]) -> list[str]:
    tokenizer = SimpleTokenizer(context_length=CONTEXT_LENGTH)
    rows = []
    for text in texts:
        # The first end-of-text may be one that was written in the text.
        ids = tokenizer(text)[0].numpy().astype("<u2")
        packed = base64.b64encode(ids[: int(ids.nonzero()[0][-1]) + 1].tobytes()).decode()
        rows.append(json.dumps([text, packed], separators=(",", ":")))
    return rows


def ranges(pattern: str) -> list[list[int]]:
    """First and last code points that match."""
    found: list[list[int]] = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or not regex.match(pattern, chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def goldens() -> None:
    made_by = {name: importlib.metadata.version(name) for name in PACKAGES}
    made_by |= {"python": platform.python_version(), "unicodedata": unicodedata.unidata_version}
    head = json.dumps({"made_by": made_by, "context_length": CONTEXT_LENGTH, "nasty": NASTY})
    texts = nasty_texts(NASTY, SEED) + plain_texts(PLAIN, SEED)
    body = ",\n".join(lines(texts))
    (HERE / "tokens.json").write_text(f'{head[:-1]}, "texts": [\n{body}\n]}}\n', encoding="ascii")
    classes = {"letters": r"\p{L}", "numbers": r"\p{N}", "spaces": r"\s"}
    rows = [f"{json.dumps(name)}: {json.dumps(ranges(pattern), separators=(',', ':'))}" for name, pattern in classes.items()]
    (HERE / "letters.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="ascii")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["goldens"]:
            goldens()
        case ["random", count, seed]:
            sys.stdout.write("[\n" + ",\n".join(lines(nasty_texts(int(count), int(seed)))) + "\n]\n")
        case _:
            sys.exit(__doc__)

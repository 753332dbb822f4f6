"""open_clip's side of `bench:micro texts`: a call a line on standard input, `{"name", "args"}`, and a line back.

The argument is the checkpoint, which has the tensors of the whole model.
"""

import base64
import json
import logging
import sys
import time

import open_clip
import torch
from safetensors.torch import load_file

# It warns that weights are random, which they are no longer a line later.
logging.disable(logging.WARNING)
model = open_clip.create_model("ViT-B-32")
model.load_state_dict(load_file(sys.argv[1]))
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")
for line in sys.stdin:
    texts, batch, threads = json.loads(line)["args"]
    torch.set_num_threads(threads)
    started, cpu_started = time.perf_counter(), time.process_time()
    rows = []
    with torch.inference_mode():
        for first in range(0, len(texts), batch):
            rows += model.encode_text(tokenizer(texts[first : first + batch]), normalize=True)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    embeddings = base64.b64encode(torch.stack(rows).numpy().tobytes()).decode()
    print(json.dumps({"value": {"seconds": seconds, "cpuSeconds": cpu_seconds, "embeddings": embeddings}}), flush=True)

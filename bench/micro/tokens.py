"""open_clip's side of `bench:micro tokens`: a call a line on standard input, `{"name", "args"}`, and a line back."""

import json
import sys
import time

from open_clip.tokenizer import SimpleTokenizer

tokenizer = SimpleTokenizer()
for line in sys.stdin:
    (texts,) = json.loads(line)["args"]
    started = time.process_time()
    rows = [tokenizer(text) for text in texts]
    milliseconds = (time.process_time() - started) * 1e3
    ids = [row[0].tolist() for row in rows]
    print(json.dumps({"value": {"milliseconds": milliseconds, "ids": ids}}), flush=True)

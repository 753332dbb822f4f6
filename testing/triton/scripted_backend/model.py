"""The onnxruntime backend with bad days on demand, for tests only.

The model's parameter `script` names a JSON file that is read again before every batch. Its fields:

- `hold`: true makes the batch wait until the file says otherwise
- `delay_ms`: how long the batch takes longer than it would
- `reply`: `model` as it is; `fingerprint` of the input bytes; `short`, each row without its last number; `nan`;
  `fail`, an exception
- `exit`: true ends the process at once, as a crash would

The file beside it, with `.begun` behind its name, grows by a byte whenever a batch begins.
"""

import importlib.util
import json
import os
import time

import numpy

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SPEC = importlib.util.spec_from_file_location(
    "onnxruntime_backend", os.path.join(FOLDER, "onnxruntime", "model.py")
)
BACKEND = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BACKEND)


class TritonPythonModel(BACKEND.TritonPythonModel):
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.script_path = config["parameters"]["script"]["string_value"]
        self.width = int(config["output"][0]["dims"][0])
        open(f"{self.script_path}.begun", "wb").close()
        super().initialize(args)

    def run(self, feed):
        with open(f"{self.script_path}.begun", "ab") as file:
            file.write(b".")
        while (script := self.read_script()).get("hold"):
            time.sleep(0.002)
        if script.get("exit"):
            os._exit(1)
        time.sleep(script.get("delay_ms", 0) / 1000)
        reply = script.get("reply", "model")
        if reply == "fail":
            raise RuntimeError("the script says fail")
        if reply == "fingerprint":
            return [fingerprint(feed[self.inputs[0]], self.width)]
        results = super().run(feed)
        if reply == "short":
            return [numpy.ascontiguousarray(result[:, :-1]) for result in results]
        if reply == "nan":
            return [numpy.full_like(result, numpy.nan) for result in results]
        return results

    def read_script(self):
        try:
            with open(self.script_path, encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}


def fingerprint(batch, width):
    """Weighted byte sums of `width` equal stretches of each item, FP32 [n, width]. Below 2**24, so they are exact."""
    stretches = numpy.ascontiguousarray(batch).view(numpy.uint8).reshape(len(batch), width, -1)
    weights = 1 + numpy.arange(stretches.shape[2]) % 31
    return (stretches * weights).sum(axis=2).astype(numpy.float32)

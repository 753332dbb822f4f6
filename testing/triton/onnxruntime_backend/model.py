"""Triton's `onnxruntime` backend for machines where there is only the Python one: the same ONNX files and the same
config.pbtxt, run on the CPU through the onnxruntime wheel. Settings for GPUs are ignored."""

import json
import os

import numpy
import onnxruntime
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        file_name = config.get("default_model_filename") or "model.onnx"
        options = onnxruntime.SessionOptions()
        # Threads that spin between runs would take the cores from everybody else on a small machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(
            os.path.join(args["model_repository"], args["model_version"], file_name),
            options,
            providers=["CPUExecutionProvider"],
        )
        self.inputs = [tensor["name"] for tensor in config["input"]]
        self.outputs = [tensor["name"] for tensor in config["output"]]
        self.batches = config["max_batch_size"] > 0
        self.check_names("inputs", self.inputs, self.session.get_inputs())
        self.check_names("outputs", self.outputs, self.session.get_outputs())

    def check_names(self, kind, configured, tensors):
        """Triton's own backend refuses to load a model whose configuration names other tensors, too."""
        names = [tensor.name for tensor in tensors]
        if not set(configured) <= set(names):
            raise pb_utils.TritonModelException(
                f"config.pbtxt names {kind} {configured}, the ONNX file has {names}"
            )

    def execute(self, requests):
        """Answers one dynamic batch: lists of requests and of responses, in the same order."""
        feeds = [
            {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
            for request in requests
        ]
        if not self.batches:
            return [self.respond(self.session.run(self.outputs, feed)) for feed in feeds]
        joined = {name: numpy.concatenate([feed[name] for feed in feeds]) for name in self.inputs}
        results = self.run(joined)
        ends = numpy.cumsum([len(feed[self.inputs[0]]) for feed in feeds])
        parts = [numpy.split(result, ends[:-1]) for result in results]
        return [self.respond(rows) for rows in zip(*parts)]

    def run(self, feed):
        """Runs the model on the whole batch; an array an output, batch dimension first."""
        return self.session.run(self.outputs, feed)

    def respond(self, arrays):
        tensors = [pb_utils.Tensor(name, array) for name, array in zip(self.outputs, arrays)]
        return pb_utils.InferenceResponse(output_tensors=tensors)

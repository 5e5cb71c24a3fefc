"""ONNX Runtime: inference on the exported files."""

import numpy
import onnxruntime

import measuring


def prepare(workload):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workload.threads
    session = onnxruntime.InferenceSession(
        str(workload.folder / f"{workload.model}.onnx"), options, providers=["CPUExecutionProvider"]
    )
    size = workload["batch"]
    batches = [workload.inputs[start : start + size] for start in range(0, len(workload.inputs), size)]

    def run():
        return numpy.concatenate([session.run(None, {"input": batch})[0] for batch in batches])

    return run


if __name__ == "__main__":
    measuring.main("onnxruntime", prepare)

"""What all vectors share: where they go, how they are written, run, compared and kept free of local paths."""

import pathlib
import shutil
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
torch.set_num_threads(1)
warnings.filterwarnings("ignore")


def fresh_folder(name):
    folder = ROOT / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder


def save_arrays(path, arrays, deflated=True):
    write = np.savez_compressed if deflated else np.savez
    write(path, **{name: np.ascontiguousarray(array) for name, array in arrays.items()})


def scrub(model):
    """Removes where the exporter ran (stack traces name local files); everything else stays as exported."""
    graphs = [model.graph] + [function for function in model.functions]
    for graph in graphs:
        for node in graph.node:
            node.doc_string = ""
            kept = [(p.key, p.value) for p in node.metadata_props if "stack_trace" not in p.key]
            del node.metadata_props[:]
            for key, value in kept:
                node.metadata_props.add(key=key, value=value)
    return model


def run(path_or_model, feeds):
    """Every output of ONNX Runtime, without its graph optimisations, so that what is tested is the file."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    source = path_or_model if isinstance(path_or_model, bytes) else str(path_or_model)
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    initialised = {i.name for i in session.get_overridable_initializers()}
    names = [i.name for i in session.get_inputs() if i.name not in initialised]
    if not isinstance(feeds, dict):
        feeds = dict(zip(names, feeds, strict=True))
    return session.run(None, feeds)


def close(a, b, tolerance, what):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    assert a.shape == b.shape, f"{what}: shapes {a.shape} and {b.shape}"
    error = float(np.max(np.abs(a - b) / (1 + np.abs(b)))) if a.size else 0.0
    assert error <= tolerance, f"{what}: differ by {error}"
    return error


def check_no_local_paths():
    """Nothing written may tell where it was made."""
    places = [str(ROOT), sys.prefix, str(pathlib.Path.home()), "site-packages", "generate.py"]
    needles = [place.encode() for place in places if len(place) > 4]
    for path in ROOT.rglob("*"):
        if path.is_file() and path.suffix in {".onnx", ".npz", ".data"}:
            content = path.read_bytes()
            for needle in needles:
                assert needle not in content, f"{path} mentions {needle!r}"


__all__ = [
    "ROOT",
    "check_no_local_paths",
    "close",
    "fresh_folder",
    "np",
    "onnx",
    "run",
    "save_arrays",
    "scrub",
    "torch",
]

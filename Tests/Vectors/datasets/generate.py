"""Makes every other file in this folder, and the seeds of ../fuzz/{npz,npy,idx,csv}.

    python generate.py [FOLDER_WITH_MNIST_AND_FASHION_MNIST]

The committed files were made with NumPy 2.4.6 and Python 3.11. The project's tests only read them. Every expected
number comes from NumPy; nothing here knows the project's own code.

npy.json        arrays of every element type, order and format version: the file in base64, its shape and its values
                (cast to float32 by NumPy, row-major; null for NaN, strings for infinities)
arrays.json     the values of `x` and `y` in the archives below
stored.npz, deflated.npz        what numpy.savez and numpy.savez_compressed write
zip64.npz       the same with Zip64 sizes, offsets and end record
streamed.npz    the same written to a pipe: sizes only in data descriptors behind the members
other.npz       arrays of other names
images.idx3.gz, labels.idx1.gz  four tiny images and their labels; gzipped IDX
zeros.deflate   one MiB of zeros as a raw deflate stream that ends at a byte but is not final, so that it can be repeated
shared.json     what NumPy says of the larger files that are not in the repository: counts, first labels, pixel sums
"""

import base64
import gzip
import io
import json
import os
import struct
import sys
import zipfile
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FUZZ = os.path.join(HERE, "..", "fuzz")
VALUES = {
    "f": [0.0, -1.5, 0.25, 6.1e-5, 65504.0, 5.9604645e-08, 1 / 3, -2.0, 100.0, np.inf, -np.inf, np.nan],
    "b": [True, False, False, True, True, True, False, False, True, False, True, True],
    "i": [0, -1, 1, 127, -128, 3, 4, -5, 6, 7, 8, 9],
    "u": [0, 1, 255, 2, 3, 254, 128, 127, 4, 5, 6, 7],
}
TYPES = ["<f2", "<f4", "<f8", "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"]


def write(name, data, folder=HERE):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def write_json(name, value):
    write(name, (json.dumps(value, indent=1) + "\n").encode())


def number(value):
    value = float(value)
    if np.isnan(value):
        return None
    return value if np.isfinite(value) else ("inf" if value > 0 else "-inf")


def npy(array, version=(1, 0)):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version, allow_pickle=False)
    return buffer.getvalue()


def make_npy():
    cases = []
    extreme = {"<i8": [-2**63, 2**63 - 1], "<u8": [2**64 - 1, 2**63], "<u4": [2**32 - 1], "<i4": [-2**31]}
    for dtype in TYPES:
        for order in "CF":
            for version in (1, 2, 3):
                values = list(VALUES[np.dtype(dtype).kind])
                for position, value in enumerate(extreme.get(dtype, [])):
                    values[position] = value
                with np.errstate(all="ignore"):
                    array = np.asarray(values, dtype=dtype).reshape(2, 3, 2)
                    expected = array.astype(np.float32)
                array = np.asarray(array, order=order)
                cases.append({
                    "name": f"{dtype} {order} {version}",
                    "data": base64.b64encode(npy(array, (version, 0))).decode(),
                    "shape": list(array.shape),
                    "values": [number(value) for value in expected.reshape(-1)],
                })
    for array in (np.float32(2.5), np.zeros((0, 3), np.float32), np.arange(5, dtype=np.float64)):
        array = np.asarray(array)
        cases.append({
            "name": f"shape {array.shape}",
            "data": base64.b64encode(npy(array)).decode(),
            "shape": list(array.shape),
            "values": [number(value) for value in array.reshape(-1)],
        })
    write_json("npy.json", cases)
    write("c.npy", npy(np.arange(6, dtype="<f4").reshape(2, 3)), os.path.join(FUZZ, "npy"))
    write("fortran.npy", npy(np.asarray(np.arange(6, dtype="<i8").reshape(2, 3), order="F"), (3, 0)),
          os.path.join(FUZZ, "npy"))


class Pipe(io.RawIOBase):
    """A stream that cannot seek, so that zipfile writes data descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def make_npz():
    random = np.random.default_rng(7)
    x = random.random((3, 2, 4)).astype(np.float32)
    y = np.array([2, 0, 1])
    write_json("arrays.json", {"x": {"shape": list(x.shape), "values": [float(v) for v in x.reshape(-1)]},
                               "y": [int(v) for v in y]})

    def save(**options):
        buffer = io.BytesIO()
        (np.savez_compressed if options.get("compressed") else np.savez)(buffer, x=x, y=y)
        return buffer.getvalue()

    write("stored.npz", save())
    write("deflated.npz", save(compressed=True))
    limit = zipfile.ZIP64_LIMIT
    zipfile.ZIP64_LIMIT = 1
    write("zip64.npz", save(compressed=True))
    zipfile.ZIP64_LIMIT = limit
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (("x", x), ("y", y)):
            archive.writestr(name + ".npy", npy(array))
    write("streamed.npz", bytes(pipe.data))
    buffer = io.BytesIO()
    np.savez(buffer, x_train=x, y_train=y)
    write("other.npz", buffer.getvalue())
    for name in ("stored", "deflated", "zip64", "streamed"):
        with open(os.path.join(HERE, name + ".npz"), "rb") as file:
            write(name + ".npz", file.read(), os.path.join(FUZZ, "npz"))
        with np.load(os.path.join(HERE, name + ".npz")) as archive:
            assert (archive["x"] == x).all() and (archive["y"] == y).all()


def make_zeros():
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    write("zeros.deflate", stream.compress(bytes(1 << 20)) + stream.flush(zlib.Z_FULL_FLUSH))


def make_idx():
    random = np.random.default_rng(8)
    images = random.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    labels = np.array([3, 0, 1, 3], dtype=np.uint8)
    image_file = struct.pack(">HBB3I", 0, 8, 3, *images.shape) + images.tobytes()
    label_file = struct.pack(">HBBI", 0, 8, 1, 4) + labels.tobytes()
    write("images.idx3.gz", gzip.compress(image_file, mtime=0))
    write("labels.idx1.gz", gzip.compress(label_file, mtime=0))
    write_json("idx.json", {"images": [int(v) for v in images.reshape(-1)], "labels": [int(v) for v in labels]})
    folder = os.path.join(FUZZ, "idx")
    write("images.idx3", image_file, folder)
    write("images.idx3.gz", gzip.compress(image_file, mtime=0), folder)
    write("floats.idx2", struct.pack(">HBB2I", 0, 13, 2, 2, 2) + np.arange(4, dtype=">f4").tobytes(), folder)


def make_csv():
    folder = os.path.join(FUZZ, "csv")
    write("numbers.csv", b"a,b,label\n1,2.5,0\n-3e-2,4,1\n", folder)
    write("names.csv", b'"first, of two","say ""b""",class\r\n1,2,"yes\r\nand no"\r\n3,4,no\r\n', folder)
    write("marked.csv", b"\xef\xbb\xbfy,f\n1, 2 \n\n0,3", folder)


def idx_array(path):
    data = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    _, _, rank = struct.unpack(">HBB", data[:4])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(struct.unpack(f">{rank}I", data[4:4 + 4 * rank]))


def summary(x, y):
    return {"shape": list(x.shape), "pixelSum": int(x.sum(dtype=np.int64)),
            "firstLabels": [int(v) for v in y[:10]], "labelSum": int(y.sum(dtype=np.int64))}


def make_shared(folder):
    pairs = {"t10k-images-00000-04999.idx3.gz": "t10k-labels-00000-04999.idx1",
             "fashion_test-images.idx3": "fashion_test-labels.idx1",
             "fashion_train-images.idx3": "fashion_train-labels.idx1"}
    result = {images: summary(idx_array(os.path.join(folder, images)), idx_array(os.path.join(folder, labels)))
              for images, labels in pairs.items()}
    with np.load(os.path.join(folder, "mnist-train-5k.npz")) as archive:
        result["mnist-train-5k.npz"] = summary(archive["x"], archive["y"])
    write_json("shared.json", result)


if __name__ == "__main__":
    make_npy()
    make_npz()
    make_zeros()
    make_idx()
    make_csv()
    if len(sys.argv) > 1:
        make_shared(sys.argv[1])

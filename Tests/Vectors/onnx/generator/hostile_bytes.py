"""Bytes that are no ONNX model, or that nest deeper than any reader should follow."""

import google.protobuf.message

from .common import np, onnx
from .hostile import base


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, content):
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def unreadable(content):
    try:
        onnx.ModelProto.FromString(content)
    except (google.protobuf.message.DecodeError, UnicodeDecodeError, RecursionError):
        return content
    raise AssertionError("protobuf reads this")


def nested_branches(depth):
    """An If whose branch holds an If whose branch holds an If …: lengths are written from the inside out."""
    graph = b""
    for _ in range(depth):
        attribute = field(1, b"then_branch") + field(6, graph) + varint(20 << 3) + varint(5)
        graph = field(1, field(4, b"If") + field(5, attribute))
    opset = field(8, varint(2 << 3) + varint(13))
    return varint(1 << 3) + varint(8) + field(7, graph) + opset


def nested_types(depth):
    """An input that is a sequence of sequences of sequences …"""
    kind = field(1, varint(1 << 3) + varint(1))
    for _ in range(depth):
        kind = field(4, field(1, kind))
    complete = base()
    name, rest = complete.graph.input[0].name.encode(), complete
    del rest.graph.input[:]
    graph = rest.graph.SerializeToString() + field(11, field(1, name) + field(2, kind))
    return varint(1 << 3) + varint(8) + field(7, graph) + field(8, varint(2 << 3) + varint(13))


def files():
    whole = base().SerializeToString()
    yield "empty", b"", "malformed: empty file"
    yield "truncated-in-header", unreadable(whole[:5]), "malformed: truncated"
    yield "truncated-at-a-tenth", unreadable(whole[: len(whole) // 10]), "malformed: truncated"
    yield "truncated-at-half", unreadable(whole[: len(whole) // 2]), "malformed: truncated"
    yield "truncated-last-byte", unreadable(whole[:-1]), "malformed: truncated"
    yield "truncated-before-graph", whole[: whole.index(b"vectors") + len("vectors")], "malformed: no graph"
    yield "random", unreadable(np.random.default_rng(1).bytes(700)), "malformed: random bytes"
    yield "random-after-valid-start", unreadable(
        whole[:20] + np.random.default_rng(2).bytes(700)
    ), "malformed: random bytes"
    yield "zeros", unreadable(bytes(256)), "malformed: zero bytes"
    yield "web-page", unreadable(
        b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n"
    ), "malformed: not ONNX (a web page)"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123456\n"
    yield "large-file-pointer", unreadable(pointer), "malformed: not ONNX (a Git LFS pointer)"
    yield "endless-varint", unreadable(b"\x08" + b"\xff" * 20), "malformed: number longer than ten bytes"
    yield "length-of-exabytes", unreadable(
        b"\x08\x08\x3a" + varint(2**63 - 1) + b"\x00" * 8
    ), "malformed: length beyond the file"
    yield "length-negative", unreadable(
        b"\x08\x08\x3a" + varint(2**64 - 1) + b"\x00" * 8
    ), "malformed: length beyond the file"
    yield "wire-type-seven", unreadable(b"\x08\x08\x3f" + whole), "malformed: unknown wire type"
    yield "open-groups", unreadable(
        b"\x08\x08" + b"\x5b" * 20_000
    ), "malformed: unclosed groups, or nested too deeply"
    broken = whole.replace(b"activation", b"activ\xff\xfe\xfdon")
    assert broken != whole
    yield "name-not-utf8", broken, "malformed: text that is not UTF-8"
    yield "nested-branches-10000", nested_branches(10_000), "nested too deeply"
    yield "nested-types-10000", nested_types(10_000), "nested too deeply"
    no_graph = base()
    no_graph.ClearField("graph")
    yield "no-graph", no_graph, "malformed: no graph"

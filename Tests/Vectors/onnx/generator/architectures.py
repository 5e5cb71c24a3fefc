"""Well-known architectures at toy size: torchvision's, a transformer, recurrent and upsampling networks."""

import functools

import torch
from torch import nn
from torch.nn import functional as F

from .common import fresh_folder, np, onnx, run, save_arrays
from .models import finish, inputs, labels, legacy, modern
from .networks import lifelike


def torchvision_models():
    import torchvision.models as zoo

    return zoo


def vgg():
    zoo = torchvision_models()
    network = zoo.VGG(zoo.vgg.make_layers([4, "M", 6, "M", 8], batch_norm=True), num_classes=10)
    network.avgpool = nn.AdaptiveAvgPool2d(2)
    network.classifier = nn.Sequential(nn.Linear(8 * 4, 16), nn.ReLU(True), nn.Dropout(), nn.Linear(16, 10))
    return network


def mobilenet_v2():
    setting = [[1, 8, 1, 1], [3, 8, 2, 2], [3, 16, 1, 2]]
    network = torchvision_models().MobileNetV2(
        num_classes=10, width_mult=0.25, inverted_residual_setting=setting, round_nearest=4
    )
    network.features[-1] = nn.Sequential(nn.Conv2d(4, 32, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6())
    network.classifier = nn.Sequential(nn.Dropout(), nn.Linear(32, 10))
    return network


def mobilenet_v3():
    zoo = torchvision_models()
    block = functools.partial(zoo.mobilenetv3.InvertedResidualConfig, dilation=1, width_mult=1.0)
    setting = [block(8, 3, 16, 8, True, "RE", 2), block(8, 5, 16, 8, True, "HS", 1)]
    return zoo.MobileNetV3(setting, 16, num_classes=10)


def efficientnet():
    zoo = torchvision_models()
    plain = functools.partial(zoo.efficientnet.MBConvConfig, width_mult=1.0, depth_mult=1.0)
    fused = zoo.efficientnet.FusedMBConvConfig
    setting = [fused(1, 3, 1, 8, 8, 1), fused(2, 3, 2, 8, 8, 1), plain(2, 3, 2, 8, 16, 2)]
    return zoo.EfficientNet(setting, 0.1, num_classes=10, last_channel=24)


def densenet():
    return torchvision_models().DenseNet(4, (2, 2), 8, 2, num_classes=10)


def shufflenet():
    return torchvision_models().ShuffleNetV2([1, 2, 1], [8, 8, 16, 16, 24], num_classes=10)


def convnext():
    zoo = torchvision_models()
    block = zoo.convnext.CNBlockConfig
    return zoo.ConvNeXt([block(8, 12, 1), block(12, None, 1)], num_classes=10)


def vision_transformer():
    return torchvision_models().VisionTransformer(16, 4, 1, 2, 12, 24, num_classes=10)


class Encoder(nn.Module):
    """nn.TransformerEncoder over a sequence of vectors, its mean classified."""

    def __init__(self, norm_first=False):
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            12, 2, 24, activation="gelu", batch_first=True, norm_first=norm_first, dropout=0.0
        )
        self.enter = nn.Linear(6, 12)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(12, 4)

    def forward(self, x):
        return self.head(self.encoder(self.enter(x)).mean(1))


class TokenEncoder(nn.Module):
    """A small BERT written out: token and position embeddings, a padding mask, attention, GELU, a pooler."""

    def __init__(self, vocabulary=30, width=12, heads=2, length=8, classes=4):
        super().__init__()
        self.heads = heads
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.enter, self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.pooler, self.head = nn.Linear(width, width), nn.Linear(width, classes)

    def forward(self, x):
        rows, length = x.shape
        hidden = self.enter(self.tokens(x) + self.positions(torch.arange(length)))
        bias = (1.0 - (x != 0)[:, None, None, :].to(hidden.dtype)) * -10000.0
        parts = self.attention(hidden).reshape(rows, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        weights = torch.softmax(query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + bias, -1)
        mixed = (weights @ value).transpose(1, 2).reshape(rows, length, -1)
        hidden = self.first(hidden + self.out(mixed))
        hidden = self.second(hidden + self.narrow(F.gelu(self.wide(hidden))))
        return self.head(torch.tanh(self.pooler(hidden[:, 0])))


class Recurrent(nn.Module):
    """The last output of a recurrent layer over a sequence, classified."""

    def __init__(self, kind, both=False, layers=1):
        super().__init__()
        self.layer = kind(6, 8, num_layers=layers, batch_first=True, bidirectional=both)
        self.head = nn.Linear(16 if both else 8, 4)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


class Upsampling(nn.Module):
    """Down by a strided convolution, up by a transposed one and by interpolation, and normalised in groups."""

    def __init__(self, mode):
        super().__init__()
        self.down, self.batch = nn.Conv2d(1, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6)
        self.up = nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.mix, self.groups = nn.Conv2d(5, 6, 3, padding=1), nn.GroupNorm(2, 6)
        self.instance, self.head = nn.InstanceNorm2d(6, affine=True), nn.Linear(6, 10)
        self.mode = {"mode": mode} if mode == "nearest" else {"mode": mode, "align_corners": False}

    def forward(self, x):
        up = self.up(F.relu(self.batch(self.down(x))))
        coarse = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, **self.mode)
        hidden = F.elu(self.groups(self.mix(torch.cat([up, coarse], 1))))
        return self.head(F.adaptive_avg_pool2d(F.silu(self.instance(hidden)), 1).flatten(1))


# Name, network, shape of a sample, exporters.
BOTH, OLD, NEW = ("", "-dynamo"), ("",), ("-dynamo",)
NETWORKS = [
    ("torch-vgg", vgg, (3, 16, 16), OLD),
    ("torch-mobilenet-v2", mobilenet_v2, (3, 16, 16), OLD),
    ("torch-mobilenet-v3", mobilenet_v3, (3, 16, 16), OLD),
    ("torch-efficientnet", efficientnet, (3, 16, 16), OLD),
    ("torch-densenet", densenet, (3, 16, 16), OLD),
    ("torch-shufflenet", shufflenet, (3, 16, 16), BOTH),
    ("torch-convnext", convnext, (3, 16, 16), BOTH),
    ("torch-vit", vision_transformer, (3, 16, 16), BOTH),
    ("torch-encoder", Encoder, (5, 6), BOTH),
    ("torch-encoder-norm-first", lambda: Encoder(True), (5, 6), OLD),
    ("torch-lstm", lambda: Recurrent(nn.LSTM), (5, 6), BOTH),
    ("torch-lstm-both-ways", lambda: Recurrent(nn.LSTM, True, 2), (5, 6), OLD),
    ("torch-gru", lambda: Recurrent(nn.GRU), (5, 6), BOTH),
    ("torch-rnn", lambda: Recurrent(nn.RNN), (5, 6), OLD),
    ("torch-upsampling-nearest", lambda: Upsampling("nearest"), (1, 12, 12), OLD),
    ("torch-upsampling-bilinear", lambda: Upsampling("bilinear"), (1, 12, 12), BOTH),
    ("torch-upsampling-bicubic", lambda: Upsampling("bicubic"), (1, 12, 12), OLD),
]


def lean(path):
    """Takes out what only debuggers read: the exporter's notes on nodes, and shapes between them."""
    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)


def make_networks():
    for seed, (name, build, shape, exporters) in enumerate(NETWORKS, start=40):
        torch.manual_seed(seed)
        network = lifelike(build(), seed)
        x = inputs(shape, seed)
        y = labels(network(torch.tensor(x[:2])).shape[1], seed)
        for suffix in exporters:
            folder = fresh_folder(name + suffix)
            sample = torch.tensor(x[:2])
            if suffix:
                modern(network, sample, folder / "model.onnx")
            else:
                legacy(network, sample, folder / "model.onnx", 17)
            lean(folder / "model.onnx")
            finish(name + suffix, folder, network, x, y, tolerance=1e-4)


def make_tokens():
    """Token numbers as inputs: no classifier for attacks, but a model that has to be computed right."""
    torch.manual_seed(70)
    network = lifelike(TokenEncoder(), 70)
    tokens = np.random.default_rng(70).integers(1, 30, (5, 8)).astype(np.int64)
    tokens[1, 5:] = tokens[3, 2:] = 0
    for suffix, export in (("", legacy), ("-dynamo", modern)):
        folder = fresh_folder("torch-tokens" + suffix)
        options = (17,) if export is legacy else ()
        export(network, torch.tensor(tokens[:2]), folder / "model.onnx", *options)
        lean(folder / "model.onnx")
        (logits,) = run(folder / "model.onnx", [tokens])
        with torch.no_grad():
            assert np.abs(logits - network(torch.tensor(tokens)).numpy()).max() < 1e-5
        save_arrays(folder / "outputs.npz", {"x": tokens, "logits": logits})


def make_quantized():
    """An int8 network in the QDQ form, quantised by ONNX Runtime; gradients are straight-through estimates."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    torch.manual_seed(71)
    network = lifelike(
        nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.ReLU(),
            nn.Flatten(), nn.Linear(8 * 4 * 4, 10),
        ),  # fmt: skip
        71,
    )
    x, y = inputs((1, 12, 12), 71), labels(10, 71)
    folder = fresh_folder("torch-quantized")
    plain = folder / "plain.onnx"
    legacy(network, torch.tensor(x[:2]), plain, 17)

    class Samples(CalibrationDataReader):
        def __init__(self):
            self.rest = iter([{"x": row[None]} for row in x])

        def get_next(self):
            return next(self.rest, None)

    quantize_static(
        str(plain), str(folder / "model.onnx"), Samples(), quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    plain.unlink()
    (logits,) = run(folder / "model.onnx", [x])
    save_arrays(folder / "outputs.npz", {"x": x, "y": y, "logits": logits})


def make():
    make_networks()
    make_tokens()
    make_quantized()

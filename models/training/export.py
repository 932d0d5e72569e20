"""Writes the trained network as one ONNX file (weights stored as fp16, computed as fp32) and its card.

python -m models.training.export --checkpoint FILE.pt [--temperature 0.8 --vividness 0.7 --measured TABLE.json]
"""

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxslim
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

from .checkpoint import load, save_small
from .known import corrected
from .network import FEATURES, STRIDE, ColorNet, double, smooth_grain, unit

MODELS = Path(__file__).resolve().parent.parent
OPSET = 17
ENLARGED = 128 * 128  # px; pictures of at most this area are shown to the network twice as large: as long as 256x256 takes
SECOND = (3, 4)  # of a picture's sides, as a fraction: the second look costs little more than half of the first
SMALL = 64  # tensors with fewer numbers stay fp32: nothing to save, and constants of shape arithmetic must not change


def whole(area: int, limit: int) -> int:
    """1 where `area` is larger than `limit`, else 0: by arithmetic alone, which a traced graph does anew for every picture."""
    over = (area - 1) // limit
    return 2 * over // (over + 1)


def second_side(side: int) -> int:
    """`SECOND` of a side, as a multiple of STRIDE; by arithmetic alone."""
    return (SECOND[0] * side // SECOND[1] + STRIDE // 2) // STRIDE * STRIDE


class Shipped(nn.Module):
    """The contract: (luma, chroma, mask) -> (chroma_out, confidence, features).

    `temperature` below 1 sharpens the distribution before its mean is taken; `vividness` stretches the mean where the
    distribution is wide, since a mean over unlike colours is duller than any of them. Known chroma is copied, and corrects what
    is around it and like it (known.py). Pictures of at most `ENLARGED` pixels are shown to the network twice as large.

    The network looks twice, the second time at the mirrored picture at `SECOND` of its size: what grain and the grid's place
    change is not alike in both answers, and their mean is steadier.
    """

    def __init__(self, network: ColorNet, temperature: float, vividness: float):
        super().__init__()
        self.network, self.temperature, self.vividness = network, temperature, vividness
        spread = network.nodes.square().sum(1)
        mean = (network.prior[:, None] * network.nodes).sum(0)
        self.prior_variance = float((network.prior * spread).sum() - mean.square().sum())

    def stretch(self, moments, prediction):
        """The network's moments and prediction -> chroma as shipped where nothing is known, and confidence: [N,2|1,H,W]."""
        # 1 where one colour is certain, 1/2 where the model knows no more than the overall frequency of colours.
        confidence = (self.prior_variance / (self.prior_variance + moments[:, 2:3])).clamp(0, 1)
        confidence = double(double(double(confidence)))
        return (prediction * (1 + self.vividness * 2 * (1 - confidence))).clamp(-0.5, 0.5), confidence

    def look_again(self, luma):
        """The network's moments and prediction for the mirrored, smaller picture, brought back: [N,3,H/8,W/8], [N,2,H,W]."""
        height, width = luma.shape[2:]
        seen = F.interpolate(luma, size=(second_side(height), second_side(width)), mode="bilinear").flip(3)
        _, moments, prediction = self.network.decode(self.network.encode(seen), self.temperature)

        def back(plane, times):
            return F.interpolate(plane.flip(3), size=(height // times, width // times), mode="bilinear")

        return back(moments, 8), back(prediction, 1)

    def answer(self, luma):
        """Both looks together: the encoder's maps of the first, the moments and prediction of both."""
        maps = self.network.encode(luma)
        _, first, prediction = self.network.decode(maps, self.temperature)
        second, other = self.look_again(luma)
        mean = (first + second) / 2
        # The variance of two distributions mixed in equal parts: the mean of both, and what their means lie apart.
        apart = (first[:, :2] - second[:, :2]).square().sum(1, keepdim=True) / 4
        return maps, torch.cat([mean[:, :2], mean[:, 2:] + apart], 1), (prediction + other) / 2

    def forward(self, luma, chroma, mask):
        height, width = luma.shape[2:]
        times = 2 - whole(height * width, ENLARGED)

        def look(plane, mode):
            return F.interpolate(plane, size=(height * times, width * times), mode=mode)

        # Bicubic: a blurred picture is understood less well.
        maps, moments, prediction = self.answer(look(smooth_grain(luma), "bicubic").clamp(0, 1))
        prediction, confidence = self.stretch(moments, prediction)
        features = unit(self.network.describe(maps))
        prediction = corrected(prediction, look(luma, "bilinear"), features, look(chroma, "nearest"), look(mask, "nearest"))
        prediction, confidence = (
            F.interpolate(plane, size=(height, width), mode="bilinear") for plane in (prediction, confidence)
        )
        features = F.interpolate(features, size=(height // 16, width // 16), mode="bilinear")
        return mask * chroma + (1 - mask) * prediction, mask + (1 - mask) * confidence, unit(features)


def fold_batch_norm(model: nn.Module) -> nn.Module:
    """Convolution followed by BatchNorm becomes one convolution, before the weights are rounded to fp16."""
    for module in list(model.modules()):
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
                    module[i] = nn.utils.fuse_conv_bn_eval(module[i], module[i + 1])
                    module[i + 1] = nn.Identity()
    return model


def store_as_half(model: onnx.ModelProto) -> None:
    """Every large fp32 initializer becomes fp16 plus a Cast to fp32; ONNX Runtime folds the Cast when it loads."""
    graph, casts = model.graph, []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALL:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half")
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], name=tensor.name + "_widen", to=TensorProto.FLOAT))
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def export_onnx(network: ColorNet, path: Path, temperature: float, vividness: float) -> None:
    shipped = fold_batch_norm(Shipped(network, temperature, vividness).eval())
    luma = torch.rand(2, 1, 96, 128)
    example = (luma, torch.zeros(2, 2, 96, 128), torch.zeros(2, 1, 96, 128))
    names = ["luma", "chroma", "mask", "chroma_out", "confidence", "features"]
    axes = {name: {0: "N", 2: "H", 3: "W"} for name in names[:-1]} | {"features": {0: "N", 2: "H16", 3: "W16"}}
    part = path.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            shipped,
            example,
            str(part),
            input_names=names[:3],
            output_names=names[3:],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    # Half of the traced nodes are constants and shapes computed twice: opening a session takes as long as the graph is.
    model = onnxslim.slim(onnx.load(part))
    store_as_half(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, part)
    part.replace(path)


def card(path: Path, version: str, samples: int, temperature: float, vividness: float, measured: dict) -> dict:
    content = path.read_bytes()
    size = ["N", None, "H", "W"]

    def plane(name, what, channels, low, high):
        return {
            "name": name,
            "content": what,
            "shape": [size[0], channels, "H", "W"],
            "dtype": "float32",
            "range": [low, high],
        }

    return {
        "id": path.stem,
        "name": "Kinemacolor base",
        "version": version,
        "task": "colorize+hints",
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "MIT AND Apache-2.0",
        "trainedOn": "The encoder: ImageNet (EfficientNet-Lite2's published weights, Apache-2.0). The decoder: 32,798 colour photographs of at "  # noqa: E501
        "most 192 px on the short side, gathered from public research collections (scenes, people in scenes, ImageNet's "
        "imagenette, Caltech-101, cats and dogs, clothing, flowers, faces, BSDS500, CamVid, Urban100 and others). Part of "
        "that data is for non-commercial research only (ImageNet among it) and the terms of part of it are unclear; the "
        "licences cover the code and the weights and cannot widen those terms.",
        "inputs": [plane("luma", "luma", 1, 0, 1), plane("chroma", "chroma", 2, -0.5, 0.5), plane("mask", "mask", 1, 0, 1)],
        "outputs": [
            plane("chroma_out", "chroma", 2, -0.5, 0.5),
            plane("confidence", "confidence", 1, 0, 1),
            {
                "name": "features",
                "content": "features",
                "shape": ["N", FEATURES, "H16", "W16"],
                "dtype": "float32",
                "range": [-1, 1],
            },
        ],
        "matrix": "bt709",
        "multipleOf": STRIDE,
        "preferredSize": {"shortSide": 224, "min": 64, "max": 512},
        "training": {
            "command": "python -m models.training.train --cache FOLDER --run FOLDER (models/training/README.md)",
            "samples": samples,
            "temperature": temperature,
            "vividness": vividness,
        },
        "measured": measured,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=MODELS / "kinemacolor-base.onnx")
    parser.add_argument("--version", default="0.9.2")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--vividness", type=float, default=0.0)
    parser.add_argument("--measured", type=Path, help="table written by models.training.evaluate")
    parser.add_argument("--keep", type=Path, help="also write the checkpoint without optimiser state, large tensors as fp16")
    args = parser.parse_args()
    torch.set_num_threads(1)
    state = load(args.checkpoint)
    if args.keep:
        args.keep.parent.mkdir(parents=True, exist_ok=True)
        save_small(state, args.keep)
    export_onnx(state.average, args.out, args.temperature, args.vividness)
    measured = json.loads(args.measured.read_text()) if args.measured else {}
    text = card(args.out, args.version, state.samples, args.temperature, args.vividness, measured)
    args.out.with_suffix(".json").write_text(json.dumps(text, indent=2) + "\n")
    print(json.dumps({k: text[k] for k in ("file", "bytes", "sha256")}))


if __name__ == "__main__":
    main()

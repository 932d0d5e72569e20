"""Fits the weight of a propagated candidate relative to those of other keyframes: `logWeightNetwork` in
src/kernels/propagation/candidate-weight.ts.

usage: python -m models.training.candidate_weight --candidates DIR [--steps 900] [--seed 0] DIR: what `node
dist/bench/propagation/candidates.js DIR STEP INTERVAL FILM...` wrote of films in colour. Writes
src/kernels/propagation/candidate-weight-network.ts.

Per frame the mean squared error of the mix, after what the program makes of it (see `mixed`), is asked to be small, as its
logarithm: so every frame counts alike, as in the mean of PSNR. Of each frame some keyframes are left out at random, since not
every frame has four.
"""

import argparse
import glob
import json
import os
import random

import numpy as np
import torch
import torch.nn.functional as F

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WEIGHTS = os.path.join(ROOT, "src", "kernels", "propagation", "candidate-weight-network.ts")
TOLERANCE = 13.0
# As in src/kernels/propagation/candidate-weight.ts
BEYOND_SHARE, NEARNESS_POWER, MIN_NEAR, MIN_BEYOND, MIN_NEARNESS, MIN_KNOWN = 0.1, 0.7, 1e-3, 1e-4, 1e-3, 1e-3
MAX_PATH_ERROR = 8.0
# As in src/stages/propagate/propagate.ts, src/kernels/filters/guided-filter.ts
SMOOTHING_RADIUS, SMOOTHING_EPSILON, UNTRUSTED_WEIGHT, NEUTRAL_WEIGHT = 2, 1e-3, 0.3, 1e-3
# Films that were not fitted to gain more from less than all that was learned.
STRENGTH = 0.6


class Judge(torch.nn.Module):
    """Six features of a cell -> the logarithm of what it counts beyond the formula."""

    def __init__(self, hidden=12):
        super().__init__()
        self.hidden = torch.nn.Linear(6, hidden)
        self.out = torch.nn.Linear(hidden, 1)
        self.direct = torch.nn.Linear(6, 1)
        for layer in (self.out, self.direct):
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, x):
        return (self.direct(x) + self.out(F.silu(self.hidden(x))))[..., 0]


def open_cases(folder):
    cases = []
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path) as file:
            about = json.load(file)
        planes = np.memmap(path[:-4] + "bin", np.float32, "r").reshape(-1, 23, about["height"], about["width"])
        cases += list(zip(about["frames"], planes, strict=False))
    return cases


def left_out(beyond, dice):
    """Which of the keyframes' colours are kept."""
    keep = torch.ones(len(beyond), dtype=torch.bool)
    chance = dice.random()
    if chance < 0.15:
        keep = torch.arange(len(beyond)) == dice.randrange(int((~beyond).sum()))
    elif chance < 0.3:
        keep = ~beyond
    elif chance < 0.4 and len(beyond) == 4:
        keep[dice.choice([2, 3])] = False
    return keep


def read(about, planes, dice):
    """Features [candidates, h, w, 6], chroma, formula's weights, trust; and the frame's luma and true chroma."""
    planes = torch.from_numpy(np.array(planes))
    there = [i for i, away in enumerate(about["away"]) if away > 0]
    beyond = torch.tensor([i >= 2 for i in there])
    keep = left_out(beyond, dice)
    there, beyond = [i for i, kept in zip(there, keep, strict=False) if kept], beyond[keep]
    cb, cr, known, error, doubt = planes[:20].reshape(4, 5, *planes.shape[1:])[there].unbind(1)
    away = torch.tensor([float(about["away"][i]) for i in there])
    nearness = torch.where(beyond, 0.0, 1 - away / (about["right"] - about["left"])).clamp(0, 1)
    if len(there) == 1:
        nearness = torch.where(beyond, 0.0, torch.ones(1))  # its interval is endless then
    whole = (doubt - torch.log(known.clamp(min=MIN_KNOWN))).clamp(0, MAX_PATH_ERROR)
    trust = known * torch.exp(-((error / TOLERANCE) ** 2) - doubt)

    def flat(values):
        return values[:, None, None].expand_as(error)

    x = torch.stack(
        [
            torch.log1p(error.clamp(min=0)),
            whole,
            torch.log(trust + MIN_NEAR),
            flat(nearness),
            flat(torch.log(away.clamp(min=1)) / 3),
            flat(beyond.float()),
        ],
        -1,
    )
    share = torch.where(beyond, torch.tensor(BEYOND_SHARE), nearness.clamp(min=MIN_NEARNESS) ** NEARNESS_POWER)
    formula = share[:, None, None] * (trust + torch.where(beyond, MIN_BEYOND, MIN_NEAR)[:, None, None])
    return x, cb, cr, formula, trust, planes[20], planes[21], planes[22]


def box(planes, radius):
    size = 2 * radius + 1
    padded = F.pad(planes[None], (radius,) * 4)
    return F.avg_pool2d(F.avg_pool2d(padded, (1, size), 1), (size, 1), 1)[0]


def smoothed(cb, cr, weight, luma):
    """src/kernels/filters/guided-filter.ts, smoothField"""
    y, all_weight = luma / 255, weight + NEUTRAL_WEIGHT
    sums = box(
        torch.stack([all_weight, all_weight * y, all_weight * y * y, weight * cb, weight * cr, weight * cb * y, weight * cr * y]),
        SMOOTHING_RADIUS,
    )
    total = sums[0]
    mean, square, level_b, level_r, product_b, product_r = sums[1:] / total
    variance = (square - mean * mean).clamp(min=0) + SMOOTHING_EPSILON
    slopes = [(product - mean * level) / variance for product, level in ((product_b, level_b), (product_r, level_r))]
    lines = [slopes[0], level_b - slopes[0] * mean, slopes[1], level_r - slopes[1] * mean]
    settled = box(torch.stack([total] + [line * total for line in lines]), SMOOTHING_RADIUS)
    return (settled[1] * y + settled[2]) / settled[0], (settled[3] * y + settled[4]) / settled[0]


def rgb(luma, cb, cr):
    """BT.709, limited range, clipped as a screen does."""
    y = (luma - 16) / 219
    r, b = y + 1.5748 * cr, y + 1.8556 * cb
    return torch.stack([r, (y - 0.2126 * r - 0.0722 * b) / 0.7152, b]).clamp(0, 1)


def squared_error(judge, read_frame, strength):
    x, cb, cr, formula, trust, luma, true_cb, true_cr = read_frame
    weight = formula * torch.exp((strength * judge(x)).clamp(-12, 12))
    share = weight / weight.sum(0)
    mixed_cb, mixed_cr, trust = (share * cb).sum(0), (share * cr).sum(0), trust.max(0)[0]
    smooth_cb, smooth_cr = smoothed(mixed_cb, mixed_cr, trust + UNTRUSTED_WEIGHT, luma)
    out = rgb(luma, mixed_cb + (1 - trust) * (smooth_cb - mixed_cb), mixed_cr + (1 - trust) * (smooth_cr - mixed_cr))
    return ((out - rgb(luma, true_cb, true_cr)) ** 2).mean()


def write(judge):
    def number(value):
        return float(f"{value:.4g}")

    def row(weights, offset):
        return "[" + ", ".join(repr(number(v)) for v in [*weights, offset]) + "]"

    state = {name: value.tolist() for name, value in judge.state_dict().items()}

    def scaled(weights):
        return [STRENGTH * v for v in weights]

    hidden = "".join(f"    {row(w, b)},\n" for w, b in zip(state["hidden.weight"], state["hidden.bias"], strict=False))
    out = row(scaled(state["out.weight"][0]), STRENGTH * state["out.bias"][0])
    direct = row(scaled(state["direct.weight"][0]), STRENGTH * state["direct.bias"][0])
    with open(WEIGHTS, "w") as file:
        file.write(
            "// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: weights that were fitted\n"
            "/** Generated by models/training/candidate_weight.py. The layers are described at `logWeightNetwork` in ./candidate-weight.ts. */\n"  # noqa: E501
            f"export const WEIGHT_NETWORK = {{\n  hidden: [\n{hidden}  ],\n  out: {out},\n  direct: {direct},\n}} as const;\n"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--candidates", required=True)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    dice = random.Random(args.seed)
    cases = open_cases(args.candidates)
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), 4e-3, weight_decay=1e-3)
    gained = 0.0
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = 4e-3 * (1 - step / args.steps) + 1e-5
        loss = 0.0
        for about, planes in dice.sample(cases, 2):
            frame = read(about, planes, dice)
            error = squared_error(judge, frame, 1.0)
            loss = loss + torch.log(error + 1e-6) / 2
            with torch.no_grad():
                gained += 5 * float(torch.log10(squared_error(judge, frame, 0.0) / error))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            print(f"step {step + 1}: {gained / 100:+.3f} dB above the formula", flush=True)
            gained = 0.0
    write(judge)


main()

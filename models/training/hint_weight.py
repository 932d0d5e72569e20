"""Fits the weight that a hint has at a cell: `hintWeights` in src/kernels/hints/hint-weight.ts.

usage: python -m models.training.hint_weight --samples FILE.f32 [--steps 4000] [--seed 0]
FILE.f32: what `node dist/bench/hints/samples.js` wrote. Writes src/kernels/hints/hint-weight-network.ts.

Per picture the mean squared error after one to six hints is asked to be small, as its logarithm, so that every picture counts
alike; and so is the error added where the automatic colour was better. What a person relies on is asked for besides, of cells
drawn at random: a hint colours its thing to the end, also where that is uneven as a lawn is, stops at an edge and at another
thing, and of two hints in one thing the nearer wins.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

WEIGHTS = Path(__file__).parents[2] / "src" / "kernels" / "hints" / "hint-weight-network.ts"
FEATURES, CHROMA, HINTS, CELLS = 7, 8, 6, 1000  # as in bench/hints/samples.ts
HELD_OUT = 40  # pictures, the last ones
BATCH, BATCH_CELLS = 24, 300
HARM = 0.1  # weight of the error added where the automatic colour was better
MAX_LOG_WEIGHT = 3.0  # as in src/kernels/hints/hint-weight.ts


class Judge(torch.nn.Module):
    """The features of a cell and a hint -> the logarithm of the hint's weight there."""

    def __init__(self, hidden=12):
        super().__init__()
        self.hidden = torch.nn.Linear(FEATURES, hidden)
        self.out = torch.nn.Linear(hidden, 1, bias=False)
        self.direct = torch.nn.Linear(FEATURES, 1)
        for weights in (self.out.weight, self.direct.weight, self.direct.bias):
            torch.nn.init.zeros_(weights)
        self.direct.weight.data[0, :4] = torch.tensor([-1.3, -1.5, -1.0, -1.0])
        self.log_prior = torch.nn.Parameter(torch.tensor(-1.0))
        self.color_share = torch.nn.Parameter(torch.tensor(0.6))

    def forward(self, x):
        return (self.direct(x) + self.out(F.relu(self.hidden(x))))[..., 0]

    def strength(self, log_weight):
        """`hintStrength` of a weight whose logarithm this is."""
        weight, prior = log_weight.clamp(max=0).exp(), self.log_prior.exp()
        return weight * (1 + prior) / (weight + prior)


def squared_errors(judge, samples, given):
    """Of the spread colour and of the automatic one, [pictures, cells], as `spreadHints`. `given`: 1 for each hint set."""
    x, (cb, cr, own_cb, own_cr, hint_cb, hint_cr, true_cb, true_cr) = samples[..., :FEATURES], samples[..., FEATURES:].unbind(-1)
    weight = torch.exp(judge(x).clamp(-12, MAX_LOG_WEIGHT)) * given + 1e-9
    share = weight**2 / (weight**2).sum(-1, keepdim=True)
    own = judge.color_share
    strength = judge.strength(weight.max(-1)[0].log())
    errors, before = 0, 0
    for automatic, under, hint, true in ((cb, own_cb, hint_cb, true_cb), (cr, own_cr, hint_cr, true_cr)):
        automatic, true = automatic[..., 0], true[..., 0]
        mean = (share * (hint - (1 - own) * under)).sum(-1)
        errors = errors + (automatic + strength * (mean - own * automatic) - true) ** 2
        before = before + (automatic - true) ** 2
    return errors, before


def laws(judge, generator):
    """What a person relies on, of random cells: squared violations of bounds of the logarithm of the weight."""
    q = torch.rand(256, FEATURES, generator=generator)
    change, saturation = 2.5 * q[:, 5], 1.5 * q[:, 4]

    def cells(unlike, path, luma, chroma):
        return torch.stack([unlike, path, luma, chroma, change, saturation, change], -1)

    def alike(path):
        return judge(cells(0.05 * q[:, 0], path, 0.05 * q[:, 2], 0.05 * q[:, 3]))

    thing = judge(cells(0.45 * q[:, 0], 0.5 * q[:, 1], 0.1 * q[:, 2], 0.1 * q[:, 3]))
    edge = judge(cells(0.3 * q[:, 0], 0.68 + 0.4 * q[:, 1], 2.5 + 3 * q[:, 2], 2 * q[:, 3]))
    other = judge(cells(1.8 + 2.1 * q[:, 0], 0.1 + 0.5 * q[:, 1], 0.1 * q[:, 2], 0.1 * q[:, 3]))
    near = 0.1 * q[:, 1]
    bounds = (
        (4, -alike(0.25 * q[:, 1])),
        (20, 0.65 - judge.strength(thing)),
        (2, edge + 4.8),
        (1, other + 3.7),
        (1, 0.4 + alike(near + 0.2) - alike(near)),
    )
    return sum(weight * (F.relu(excess) ** 2).mean() for weight, excess in bounds)


@torch.no_grad()
def report(judge, samples):
    for count in (1, 3, 5):
        given = (torch.arange(HINTS) < count).float()
        errors, before = squared_errors(judge, samples, given)
        gain = 10 * torch.log10(before.mean(1) / errors.mean(1)).mean()
        harm = (F.relu(errors - before).mean(1) / before.mean(1)).mean()
        print(
            f"held-out pictures, {count} hints: {gain:+.2f} dB; added where the automatic colour was better: {100 * harm:.0f} %"
        )


def write(judge):
    def number(value):
        return repr(float(f"{value:.4g}"))

    def row(weights, bias):
        return f"weights: [{', '.join(map(number, weights))}], bias: {number(bias)}"

    units = zip(judge.hidden.weight.tolist(), judge.hidden.bias.tolist(), judge.out.weight[0].tolist(), strict=True)
    hidden = "".join(f"    {{ {row(weights, bias)}, out: {number(out)} }},\n" for weights, bias, out in units)
    WEIGHTS.write_text(
        "// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: weights that were fitted\n"
        "/** Generated by models/training/hint_weight.py. What the numbers mean is described at `hintWeights` in ./hint-weight.ts. */\n"  # noqa: E501
        f"export const HINT_NETWORK = {{\n  hidden: [\n{hidden}  ],\n"
        f"  direct: {{ {row(judge.direct.weight[0].tolist(), judge.direct.bias.item())} }},\n"
        f"  prior: {number(judge.log_prior.exp().item())},\n  colorShare: {number(judge.color_share.item())},\n}} as const;\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    samples = torch.from_numpy(np.fromfile(args.samples, np.float32)).reshape(-1, CELLS, HINTS, FEATURES + CHROMA)
    fitted, held_out = samples[:-HELD_OUT], samples[-HELD_OUT:]
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), 1e-2, weight_decay=1e-3)
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = 1e-2 * (1 - step / args.steps) + 1e-5
        pictures = torch.randint(len(fitted), (BATCH,), generator=generator)
        cells = torch.randint(CELLS, (BATCH_CELLS,), generator=generator)
        counts = torch.randint(1, HINTS + 1, (BATCH, 1, 1), generator=generator)
        errors, before = squared_errors(judge, fitted[pictures][:, cells], (torch.arange(HINTS) < counts).float())
        harm = F.relu(errors - before).mean(1) / (before.mean(1) + 1e-6)
        loss = torch.log(errors.mean(1) + 1e-6).mean() + HARM * harm.mean() + laws(judge, generator)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
    report(judge, held_out)
    write(judge)


main()

"""Trains a network further so that its answer stays the same whatever the window, the light and the grain.

    python -m models.training.steady --cache FOLDER --run FOLDER --start FILE.pt --steps 2600

Each crop is seen through two windows, half of them also lit and grained apart; both answers shall be near the truth, and equal where
they overlap. Beside them, crops with hints or holes, so that these abilities stay. BatchNorm statistics stay as they are. Stopped at any
moment, it goes on from its last checkpoint; batches depend on (seed, step) alone.
"""
import argparse
import json
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import degrade, loss, masks
from .checkpoint import load, save
from .data import Stills, to_tensors
from .export import Shipped
from .muon import optimizers
from .train import follow, learning_rate

WINDOW = 128         # px, what the network sees of a crop
MARGIN = 16          # px, how far two windows lie apart at most: one cell of the coarsest level
LOG_EVERY = 20       # steps
DISTRIBUTION = 0.1   # weight of the distribution beside the squared error
AGED = 0.2           # share of crops that are old film, the same in both views
RELIT = 0.5          # share of crops whose two views have a light and a grain of their own; the others differ by the window alone
LIGHT = 0.15         # such views are lit by exp(-LIGHT..LIGHT)


def relit(luma: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """[1,H,W] as another frame of the shot: other light, fresh grain."""
    return degrade.grain((luma * float(np.exp(rng.uniform(-LIGHT, LIGHT)))).clamp(0, 1), rng).clamp(0, 1)


def crops(stills: Stills, rng: np.random.Generator, count: int, size: int):
    """`count` random crops, some of them aged -> luma [count,1,size,size], true chroma [count,2,size,size]."""
    luma, chroma = to_tensors([stills.crop(rng, size) for _ in range(count)])
    return torch.stack([degrade.degrade(plane, rng) if rng.random() < AGED else plane for plane in luma]), chroma


def windows(stills: Stills, rng: np.random.Generator, count: int):
    """`count` crops, two views each -> luma [2*count,1,WINDOW,WINDOW], true chroma [2*count,2,...], corners [2*count] of (top, left);
    views k and k + count are of one crop."""
    luma, chroma = crops(stills, rng, count, WINDOW + MARGIN)
    corners = rng.integers(0, MARGIN + 1, (2 * count, 2)).tolist()
    differs = rng.random(count) < RELIT
    cut = lambda plane, k: plane[k % count][:, corners[k][0]:corners[k][0] + WINDOW, corners[k][1]:corners[k][1] + WINDOW]
    views = [relit(cut(luma, k), rng) if differs[k % count] else cut(luma, k) for k in range(2 * count)]
    return torch.stack(views), torch.stack([cut(chroma, k) for k in range(2 * count)]), corners


def told_crops(stills: Stills, rng: np.random.Generator, count: int):
    """`count` crops of which something is told, in masks.random_mask's mix -> luma, true chroma, known chroma, mask."""
    luma, chroma = crops(stills, rng, count, WINDOW)
    told = [masks.random_told(c, rng) for c in chroma]
    return luma, chroma, torch.stack([k for k, _ in told]), torch.stack([m for _, m in told])


def steadiness(chroma: torch.Tensor, corners: list) -> torch.Tensor:
    """Mean |change| of chroma between the two views of each crop, as a share of the spread about the batch's mean colour."""
    half, total = len(chroma) // 2, 0.0
    for k in range(half):
        (ay, ax), (by, bx) = corners[k], corners[k + half]
        top, left = max(ay, by), max(ax, bx)
        height, width = min(ay, by) + WINDOW - top, min(ax, bx) + WINDOW - left
        a = chroma[k, :, top - ay:top - ay + height, left - ax:left - ax + width]
        b = chroma[k + half, :, top - by:top - by + height, left - bx:left - bx + width]
        total = total + (a - b).abs().mean()
    return total / half / (chroma - chroma.mean((0, 2, 3), keepdim=True)).abs().mean()


def steady_step(shipped: Shipped, stills: Stills, rng, args: argparse.Namespace, remap, weights):
    views, seen, corners = windows(stills, rng, args.pairs)
    luma, true, known, mask = told_crops(stills, rng, args.told)
    count = len(views)
    blank = lambda channels: torch.zeros(count, channels, WINDOW, WINDOW)
    given = torch.cat([views, luma]), torch.cat([blank(2), known]), torch.cat([blank(1), mask])
    with torch.autocast("cpu", torch.bfloat16):
        logits, moments, prediction = shipped.network(*given, shipped.temperature)
    chroma, _ = shipped.stretch(moments, prediction)
    far = lambda given, logits, true, mask: (loss.regression_loss(given, true, mask) + DISTRIBUTION
                                             * loss.distribution_loss(logits.float(), true, mask, remap, weights))
    # Before vividness where nothing is told: the mean of what is likely is nearest the truth; as shipped where something is.
    parts = {
        "truth": args.truth * far(prediction[:count].float(), logits[:count], seen, blank(1)),
        "told": args.told_weight * far(chroma[count:], logits[count:], true, mask),
        "steadiness": args.steadiness * steadiness(chroma[:count], corners),
    }
    return sum(parts.values()), parts


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log, outside the repository")
    parser.add_argument("--start", type=Path, required=True, help="checkpoint to begin from when the run folder has none")
    parser.add_argument("--steps", type=int, default=2600, help="in all")
    parser.add_argument("--decay", type=float, default=1.0, help="share of the steps over which the learning rate falls")
    parser.add_argument("--pairs", type=int, default=12, help="crops of a step seen through two windows")
    parser.add_argument("--told", type=int, default=6, help="crops of a step with hints or holes")
    parser.add_argument("--told-weight", type=float, default=0.8)
    parser.add_argument("--truth", type=float, default=8.0, help="weight of the true chroma, nothing told")
    parser.add_argument("--steadiness", type=float, default=3.0, help="weight of the change between two views")
    parser.add_argument("--lr", type=float, default=6e-4)
    parser.add_argument("--horizon", type=float, default=200, help="steps the weight average looks back")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--vividness", type=float, default=0.7)
    parser.add_argument("--save-minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.run.mkdir(parents=True, exist_ok=True)
    stills = Stills(args.cache, "train")
    latest = args.run / "latest.pt"
    resumed = latest.exists()
    state = load(latest if resumed else args.start)
    if not resumed:
        state.step = 0
    shipped = Shipped(state.model, args.temperature, args.vividness).eval()
    opts, weights = optimizers(state.model, args.lr), loss.node_weights(state.model.prior)
    if resumed:
        for opt, stored in zip(opts, state.optimizers):
            opt.load_state_dict(stored)
    state.optimizers = opts
    asked_to_stop, saved, sums, counted = [], time.time(), {}, 0
    for signalled in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signalled, lambda *_: asked_to_stop.append(True))
    with open(args.run / "log.jsonl", "a") as log:
        while not asked_to_stop and state.step < args.steps:
            for opt in opts:
                for group in opt.param_groups:
                    group["lr"] = args.lr * learning_rate(state.step, state.step / args.steps, args.decay)
            rng = np.random.default_rng([args.seed, state.step])
            total, parts = steady_step(shipped, stills, rng, args, state.remap, weights)
            total.backward()
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=True)
            follow(state.average, state.model, state.step, args.horizon)
            state.step, state.samples = state.step + 1, state.samples + 2 * args.pairs + args.told
            sums = {name: sums.get(name, 0.0) + float(value.detach()) for name, value in parts.items()}
            counted += 1
            if counted == LOG_EVERY:
                row = {"step": state.step, "samples": state.samples}
                row |= {name: round(value / counted, 4) for name, value in sums.items()}
                print(json.dumps(row), file=log, flush=True)
                sums, counted = {}, 0
            if time.time() - saved > 60 * args.save_minutes:
                save(state, latest)
                saved = time.time()
    save(state, latest)


if __name__ == "__main__":
    main()

"""Trains a network further so that its answer stays the same whatever the window, the light and the grain.

    python -m models.training.steady --cache FOLDER --run FOLDER --start FILE.pt --steps 2600

Each crop is seen through two windows, half of them also lit and grained apart; both answers shall be near the truth, and equal where
they overlap. Beside them, crops with hints or holes, so that these abilities stay. BatchNorm statistics stay as they are. Stopped at any
moment, it goes on from its last checkpoint; batches depend on (seed, step) alone.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from . import degrade, loss, masks
from .checkpoint import load
from .data import Stills, to_tensors
from .export import Shipped
from .loop import Loop, Step, train

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
    state = load(latest if latest.exists() else args.start)
    if not latest.exists():
        state.step, state.optimizers = 0, []
    shipped = Shipped(state.model, args.temperature, args.vividness).eval()
    weights = loss.node_weights(state.model.prior)

    def step(_: float) -> Step:
        rng = np.random.default_rng([args.seed, state.step])
        total, parts = steady_step(shipped, stills, rng, args, state.remap, weights)
        return Step(total, parts, 2 * args.pairs + args.told)

    done = lambda: state.step / args.steps
    train(state, Loop(args.run, args.lr, args.decay, args.horizon, args.save_minutes, LOG_EVERY), done, step)


if __name__ == "__main__":
    main()

"""Trains the network: near the truth, and the same answer whatever the window, the light and the grain.

    python -m models.training.train --cache FOLDER --run FOLDER [--start FILE.pt] [--device cuda]

Each crop is seen through two windows, half of them also lit and grained apart; both answers shall be near the truth, and equal where
they overlap. Beside them, crops with hints or holes, so that these are learnt, too. Stopped at any moment, it goes on from its last
checkpoint; batches depend on (seed, step) alone.
"""
import argparse
import time
from pathlib import Path

import torch

from . import bins, loss
from .batches import Crops, told_crops, windows
from .checkpoint import load, new_state
from .data import Stills
from .draw import Draw
from .export import Shipped
from .loop import Loop, Step, train
from .network import Attention

LOG_EVERY = 20       # steps
DISTRIBUTION = 0.1   # weight of the distribution beside the squared error


def train_step(shipped: Shipped, crops: Crops, draw: Draw, args: argparse.Namespace, share: float, remap, weights):
    """-> the loss at `share` (0..1) of the run, its parts before their weights, and the number of crops."""
    size = args.windows[draw.host.integers(len(args.windows))]
    pairs, told = (max(1, round(n * (args.windows[0] / size) ** 2)) for n in (args.pairs, args.told))
    views, seen, corners = windows(crops, draw, pairs, size)
    luma, true, known, mask = told_crops(crops, draw, told, size)
    count = len(views)
    blank = lambda channels: torch.zeros(count, channels, size, size, device=views.device)
    given = (torch.cat([a, b]).contiguous(memory_format=torch.channels_last)
             for a, b in ((views, luma), (blank(2), known), (blank(1), mask)))
    with torch.autocast(views.device.type, torch.bfloat16):
        logits, moments, prediction = shipped.network(*given, shipped.temperature)
    chroma, _ = shipped.stretch(moments, prediction.float())
    far = lambda given, logits, true, mask: (loss.regression_loss(given, true, mask) + DISTRIBUTION
                                             * loss.distribution_loss(logits.float(), true, mask, remap, weights))
    # Before vividness where nothing is told: the mean of what is likely is nearest the truth; as shipped where something is.
    parts = {
        "truth": far(prediction[:count].float(), logits[:count], seen, blank(1)),
        "told": far(chroma[count:], logits[count:], true, mask),
        "steadiness": loss.steadiness_loss(chroma[:count], corners),
    }
    steadiness = args.steadiness[0] + share * (args.steadiness[1] - args.steadiness[0])
    return args.truth * parts["truth"] + args.told_weight * parts["told"] + steadiness * parts["steadiness"], parts, 2 * pairs + told


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log, outside the repository")
    parser.add_argument("--start", type=Path, help="checkpoint to begin from when the run folder has none")
    parser.add_argument("--steps", type=int, default=8000, help="in all")
    parser.add_argument("--finish-minutes", type=float,
                        help="the share that is over is counted by the clock from now on, whatever --steps says: where a GPU is at hand for a time")
    parser.add_argument("--decay", type=float, default=0.9, help="share of the run over which the learning rate falls")
    parser.add_argument("--frozen", type=float, default=0.0,
                        help="share of the run, at its end, that leaves the statistics of BatchNorm as they are: 1 where batches are small")
    parser.add_argument("--pairs", type=int, default=160, help="crops of a step seen through two windows of the first size; of others, as many as have the same area")
    parser.add_argument("--windows", type=int, nargs="+", default=[128, 256], help="sides of what the network sees of a crop, px; each step draws one")
    parser.add_argument("--told", type=int, default=80, help="crops of a step with hints or holes")
    parser.add_argument("--told-weight", type=float, default=0.8)
    parser.add_argument("--truth", type=float, default=8.0, help="weight of the true chroma, nothing told")
    parser.add_argument("--steadiness", type=float, nargs=2, default=[4.0, 10.0],
                        help="weight of the change between two views, at the run's start and its end")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--horizon", type=float, default=200, help="steps the weight average looks back")
    parser.add_argument("--hidden", type=float, default=0.0, help="share of the cells that attention does not see, drawn anew for each layer and crop")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--vividness", type=float, default=0.7)
    parser.add_argument("--save-minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    slow = "minutes on a GPU, for each size of --windows anew"
    parser.add_argument("--compile", action="store_true", help=f"let PyTorch compile the network first: {slow}")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    torch.backends.cudnn.benchmark = True
    args.run.mkdir(parents=True, exist_ok=True)
    stills, latest, began = Stills(args.cache, "train"), args.run / "latest.pt", time.time()
    found = latest if latest.exists() else args.start
    state = load(found, args.device) if found else new_state(bins.count_nodes(stills), args.device)
    if not latest.exists():
        state.step, state.optimizers = 0, []
    for layer in state.model.modules():
        if isinstance(layer, Attention):
            layer.hidden = args.hidden
    network = torch.compile(state.model, dynamic=False) if args.compile else state.model
    shipped, crops = Shipped(network, args.temperature, args.vividness), Crops(stills, args.device)
    weights = loss.node_weights(state.model.prior)

    def step(share: float) -> Step:
        shipped.train(share < 1 - args.frozen)
        torch.manual_seed(args.seed * 2**32 + state.step)  # for what is hidden from attention
        return Step(*train_step(shipped, crops, Draw(args.device, args.seed, state.step), args, share, state.remap, weights))

    def done() -> float:
        return state.step / args.steps if args.finish_minutes is None else (time.time() - began) / 60 / args.finish_minutes

    train(state, Loop(args.run, args.lr, args.decay, args.horizon, args.save_minutes, LOG_EVERY), done, step)


if __name__ == "__main__":
    main()

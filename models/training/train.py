"""Trains the colour network. Stopped at any moment, it goes on from its last checkpoint.

    python -m models.training.train --cache FOLDER --run FOLDER --samples 200000
"""
import argparse
import time
from pathlib import Path

import torch

from . import bins, loss
from .batches import make_batch
from .checkpoint import load, new_state
from .data import Stills
from .loop import Loop, Step, train

LOG_EVERY = 50  # steps


def train_step(model, batch, remap, weights, steadiness: float, device):
    move = lambda t: t.to(device, memory_format=torch.channels_last)
    chroma, mask = move(batch.chroma), move(batch.mask)
    logits, _, prediction = model(move(batch.luma), move(batch.known), mask)
    parts = {
        "distribution": loss.distribution_loss(logits, chroma, mask, remap, weights),
        "regression": loss.regression_loss(prediction, chroma, mask),
    }
    if batch.pairs and steadiness:
        p = batch.pairs
        parts["steadiness"] = steadiness * loss.steadiness_loss(prediction[:p], prediction[p:2 * p], batch.shift)
    return sum(parts.values()), parts


def share_done(samples: int, args: argparse.Namespace, minutes: float) -> float:
    """0..1: by samples seen, or by the clock where the run has to end at a given time."""
    if args.finish_minutes is None:
        return samples / args.samples
    return min(1 - args.decay + args.decay * minutes / args.finish_minutes, 1.0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log, outside the repository")
    parser.add_argument("--start", type=Path, help="checkpoint to begin from when the run folder has none")
    parser.add_argument("--samples", type=int, default=2_000_000, help="crops to see in all")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--pairs", type=int, default=8, help="pictures of each batch shown twice, for steadiness")
    parser.add_argument("--steadiness", type=float, default=1.0, help="weight of the steadiness loss")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.35, help="share of the run over which the learning rate falls")
    parser.add_argument("--finish-minutes", type=float,
                        help="end this many minutes from now, whatever --samples says, the learning rate falling from now on")
    parser.add_argument("--horizon", type=float, default=400, help="steps the weight average looks back")
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.run.mkdir(parents=True, exist_ok=True)
    stills, latest, began = Stills(args.cache, "train"), args.run / "latest.pt", time.time()
    found = latest if latest.exists() else args.start
    state = load(found, args.device) if found else new_state(bins.count_nodes(stills), args.device)
    weights = loss.node_weights(state.model.prior)

    def step(share: float) -> Step:
        batch = make_batch(stills, args.seed, state.step, share, args.batch, args.pairs)
        total, parts = train_step(state.model, batch, state.remap, weights, args.steadiness, args.device)
        return Step(total, parts, args.batch)

    done = lambda: share_done(state.samples, args, (time.time() - began) / 60)
    train(state, Loop(args.run, args.lr, args.decay, args.horizon, args.save_minutes, LOG_EVERY), done, step)


if __name__ == "__main__":
    main()

"""Trains the colour network. Stopped at any moment, it goes on from its last checkpoint.

    python -m models.training.train --cache FOLDER --run FOLDER --samples 200000
"""
import argparse
import json
import signal
import time
from pathlib import Path

import torch

from . import bins, loss
from .batches import make_batch
from .checkpoint import load, new_state, save
from .data import Stills
from .muon import optimizers

WARMUP = 100  # steps


def learning_rate(warm: int, done: float, decay: float) -> float:
    """Constant, then a straight line to nearly nothing over the last `decay` share: the end of a run can be put off, then taken.

    `warm` counts the optimisers' steps: a small checkpoint does not hold their state, so they start gently again.
    """
    falling = 1.0 if done < 1 - decay else max((1 - done) / decay, 0.0)
    return min(1.0, (warm + 1) / WARMUP) * max(falling, 0.01)


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


@torch.no_grad()
def follow(average: torch.nn.Module, model: torch.nn.Module, step: int, horizon: float) -> None:
    """Exponential moving average of weights and of normalisation statistics; short at first so that it is never behind the start."""
    keep = min(1 - 1 / horizon, (1 + step) / (10 + step))
    for a, b in zip(average.state_dict().values(), model.state_dict().values()):
        a.lerp_(b, 1 - keep) if a.is_floating_point() else a.copy_(b)


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
    stills, latest = Stills(args.cache, "train"), args.run / "latest.pt"
    found = latest if latest.exists() else args.start
    state = load(found, args.device) if found else new_state(bins.count_nodes(stills), args.device)
    model, average, remap = state.model, state.average, state.remap
    weights = loss.node_weights(model.prior)
    opts = optimizers(model, args.lr)
    cold_from = 0 if state.optimizers else state.step
    if state.optimizers:
        for opt, stored in zip(opts, state.optimizers):
            opt.load_state_dict(stored)
    state.optimizers = opts
    sums, counted, since, saved = {}, 0, time.time(), time.time()
    asked_to_stop, began = [], time.time()
    for signalled in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signalled, lambda *_: asked_to_stop.append(True))
    with open(args.run / "log.jsonl", "a") as log:
        while not asked_to_stop:
            done = share_done(state.samples, args, (time.time() - began) / 60)
            if done >= 1:
                break
            for opt in opts:
                for group in opt.param_groups:
                    group["lr"] = args.lr * learning_rate(state.step - cold_from, done, args.decay)
            batch = make_batch(stills, args.seed, state.step, done, args.batch, args.pairs)
            total, parts = train_step(model, batch, remap, weights, args.steadiness, args.device)
            total.backward()
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=True)
            follow(average, model, state.step, args.horizon)
            state.step, state.samples = state.step + 1, state.samples + args.batch
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value.detach()
            counted += 1
            if state.step % 50 == 0:
                row = {"step": state.step, "samples": state.samples, **{k: round(float(v) / counted, 4) for k, v in sums.items()},
                       "samples/s": round(counted * args.batch / (time.time() - since), 1)}
                print(json.dumps(row), file=log, flush=True)
                sums, counted, since = {}, 0, time.time()
            if time.time() - saved > 60 * args.save_minutes:
                save(state, latest)
                saved = time.time()
    save(state, latest)


if __name__ == "__main__":
    main()

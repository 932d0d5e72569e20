"""Trains the network: near the truth, and the same answer whatever the window, the light and the grain.

    python -m models.training.train --cache FOLDER --run FOLDER [--start FILE.pt] [--device cuda]

First with the encoder as it is and one view of each crop; then, with --encoder-lr and --steadiness, the encoder learns too and
each crop is seen through two windows, half of them also lit and grained apart, whose answers shall be equal where they overlap.
Some crops have hints or holes throughout. Stopped at any moment, it goes on from its last checkpoint; batches depend on (seed,
step) alone.
"""

import argparse
import copy
import time
from pathlib import Path

import torch

from . import bins, loss
from .batches import Crops, batch
from .checkpoint import load, new_state
from .data import Stills
from .draw import Draw
from .export import Shipped, fold_batch_norm
from .loop import Loop, Step, train

LOG_EVERY = 20  # steps


def train_step(shipped: Shipped, encode, crops: Crops, draw: Draw, args: argparse.Namespace, remap, weights) -> Step:
    """The loss, its parts before their weights, and the number of crops. `encode` is the network's own or one that does not
    learn.
    """
    size = args.sizes[draw.host.integers(len(args.sizes))]
    views = 2 if args.steadiness else 1
    count = max(4, round(args.crops / views * (256 / size) ** 2))
    luma, true, corners = batch(crops, draw, count, size, views)
    luma = luma.contiguous(memory_format=torch.channels_last)
    with torch.autocast(luma.device.type, torch.bfloat16):
        logits, moments, prediction = shipped.network.decode(encode(luma), shipped.temperature)
    parts = {
        "regression": loss.regression_loss(prediction.float(), true),
        "distribution": loss.distribution_loss(logits.float(), true, remap, weights),
    }
    total = args.regression * parts["regression"] + args.distribution * parts["distribution"]
    if args.hue or args.steadiness:
        chroma, _ = shipped.stretch(moments, prediction.float())
    if args.hue:
        parts["hue"] = loss.hue_loss(chroma, true)
        total = total + args.hue * parts["hue"]
    if args.steadiness:
        parts["steadiness"] = loss.steadiness_loss(chroma, corners)
        total = total + args.steadiness * parts["steadiness"]
    return Step(total, parts, views * count)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log, outside the repository")
    parser.add_argument("--start", type=Path, help="checkpoint to begin from when the run folder has none")
    parser.add_argument("--steps", type=int, default=8000, help="in all")
    parser.add_argument(
        "--finish-minutes", type=float, help="the share that is over is counted by the clock from now on, whatever --steps says"
    )
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run over which the learning rate falls")
    parser.add_argument(
        "--frozen",
        type=float,
        default=0.0,
        help="share of the run, at its end, that leaves the decoder's statistics of BatchNorm as they are",
    )
    parser.add_argument(
        "--crops", type=int, default=32, help="views of a step at 256 px; of other sizes, as many as have the same area"
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[192, 256, 256, 320],
        help="sides of what the network is shown, px; each step draws one",
    )
    parser.add_argument(
        "--regression",
        type=float,
        default=1.0,
        help="weight of the squared error; with --steadiness some 8, or colours grow stronger to make changes a smaller share of them",  # noqa: E501
    )
    parser.add_argument("--distribution", type=float, default=0.5, help="weight of the cross-entropy")
    parser.add_argument("--hue", type=float, default=0.0, help="weight of the divergence of a batch's hues from the truth's")
    parser.add_argument("--steadiness", type=float, default=0.0, help="weight of the change between two views")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--encoder-lr", type=float, default=0.0, help="0 leaves the encoder as it is")
    parser.add_argument("--horizon", type=float, default=200, help="steps the weight average looks back")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--vividness", type=float, default=0.4)
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--compile", action="store_true", help="let PyTorch compile the network first: minutes on a GPU, for each size anew"
    )
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
    shipped, crops = Shipped(state.model, args.temperature, args.vividness), Crops(stills, args.device)
    weights, encode = loss.node_weights(state.model.prior), state.model.encode
    if not args.encoder_lr:
        fixed = copy.deepcopy(state.model)
        fold_batch_norm(fixed.encoder)
        encode = torch.no_grad()(fixed.encode)
    if args.compile:
        encode, state.model.decode = torch.compile(encode, dynamic=False), torch.compile(state.model.decode, dynamic=False)

    def step(share: float) -> Step:
        shipped.train(share < 1 - args.frozen)
        return train_step(shipped, encode, crops, Draw(args.device, args.seed, state.step), args, state.remap, weights)

    def done() -> float:
        return state.step / args.steps if args.finish_minutes is None else (time.time() - began) / 60 / args.finish_minutes

    train(state, Loop(args.run, args.lr, args.encoder_lr, args.decay, args.horizon, args.save_minutes, LOG_EVERY), done, step)


if __name__ == "__main__":
    main()

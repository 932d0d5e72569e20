"""The loop of a training run: stopped at any moment, it goes on from its last checkpoint."""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from .checkpoint import State, save
from .muon import optimizers

WARMUP = 50  # steps


@dataclass
class Loop:
    """How a run goes. `folder` takes checkpoint and log; rates and shares are as the script's --lr, --decay and --horizon say."""

    folder: Path
    lr: float
    encoder_lr: float
    decay: float
    horizon: float
    save_minutes: float
    log_every: int  # steps


@dataclass
class Step:
    """What one step gives: the loss and its parts, and how many crops it saw."""

    loss: torch.Tensor
    parts: dict[str, torch.Tensor]
    crops: int


def learning_rate(warm: int, done: float, decay: float) -> float:
    """Constant, then a straight line to nearly nothing over the last `decay` share: the end of a run can be put off, then taken.

    `warm` counts the optimisers' steps: a small checkpoint does not hold their state, so they start gently again.
    """
    falling = 1.0 if done < 1 - decay else max((1 - done) / decay, 0.0)
    return min(1.0, (warm + 1) / WARMUP) * max(falling, 0.01)


@torch.no_grad()
def follow(average: torch.nn.Module, model: torch.nn.Module, step: int, horizon: float) -> None:
    """Exponential moving average of weights and of normalisation statistics; short at first so that it is never behind the start."""  # noqa: E501
    keep = min(1 - 1 / horizon, (1 + step) / (10 + step))
    pairs = list(zip(average.state_dict().values(), model.state_dict().values(), strict=False))
    blended = [pair for pair in pairs if pair[0].is_floating_point()]
    torch._foreach_lerp_([a for a, _ in blended], [b for _, b in blended], 1 - keep)
    for a, b in pairs:
        if not a.is_floating_point():
            a.copy_(b)


def train(state: State, loop: Loop, done: Callable[[], float], step: Callable[[float], Step]) -> None:
    """Steps until `done()`, the share of the run that is over, is 1, or a signal asks to stop. `step` is told that share.

    Writes `latest.pt` at times and at the end, and a line of `log.jsonl` every few steps.
    """
    stored, state.optimizers = state.optimizers, optimizers(state.model, loop.lr, loop.encoder_lr)
    cold_from = 0 if stored else state.step
    for optimizer, kept in zip(state.optimizers, stored, strict=False):
        counts = [[len(group["params"]) for group in groups] for groups in (optimizer.param_groups, kept["param_groups"])]
        if counts[0] != counts[1]:  # other parameters learn from here on: their optimiser begins anew, and gently
            cold_from = state.step
            continue
        scales = [group["scale"] for group in optimizer.param_groups]
        optimizer.load_state_dict(kept)
        for group, scale in zip(optimizer.param_groups, scales, strict=False):
            group["scale"] = scale
    asked_to_stop, saved, since, sums, counted, crops = [], time.time(), time.time(), {}, 0, 0
    for signalled in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signalled, lambda *_: asked_to_stop.append(True))
    with open(loop.folder / "log.jsonl", "a") as log:
        while not asked_to_stop and (share := done()) < 1:
            for optimizer in state.optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = group["scale"] * loop.lr * learning_rate(state.step - cold_from, share, loop.decay)
            taken = step(share)
            taken.loss.backward()
            for optimizer in state.optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            follow(state.average, state.model, state.step, loop.horizon)
            state.step, state.samples = state.step + 1, state.samples + taken.crops
            for name, value in taken.parts.items():
                sums[name] = sums.get(name, 0.0) + value.detach()
            counted, crops = counted + 1, crops + taken.crops
            if state.step % loop.log_every == 0:
                means = {name: round(float(total) / counted, 4) for name, total in sums.items()}
                row = {
                    "step": state.step,
                    "samples": state.samples,
                    **means,
                    "samples/s": round(crops / (time.time() - since), 1),
                }
                print(json.dumps(row), file=log, flush=True)
                since, sums, counted, crops = time.time(), {}, 0, 0
            if time.time() - saved > 60 * loop.save_minutes:
                save(state, loop.folder / "latest.pt")
                saved = time.time()
    save(state, loop.folder / "latest.pt")

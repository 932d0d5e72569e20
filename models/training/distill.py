"""Trains a student to give one answer whatever the window, the light and the grain: a teacher's colours, held more steadily.

    python -m models.training.distill --cache FOLDER --lessons FOLDER --run FOLDER --start FILE.pt --minutes 60

Each lesson is seen through two windows, half of them also lit and grained apart; both answers shall be the teacher's and near the
truth, and equal where they overlap. Beside them, crops with hints or holes are learnt from their true chroma, so that these abilities
stay. BatchNorm statistics stay as they are. Stopped at any moment, it goes on from its last checkpoint; batches depend on (seed, step)
alone, the learning rate on the minutes trained, so two runs differ a little.
"""
import argparse
import json
import math
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import degrade, loss, masks
from .checkpoint import State, load, save
from .color import rgb_to_ycbcr
from .data import Stills, to_rgb
from .export import Shipped
from .muon import optimizers
from .teach import MARGIN, WINDOW, Lessons
from .train import follow

WARMUP, LOG_EVERY = 30, 20  # steps
BEND = 0.01          # chroma error below which the loss is square: the mean of what is likely, not its median
CONFIDENCE = 0.1     # weight of confidence beside chroma
DISTRIBUTION = 0.1   # weight of the distribution beside the squared error, where the truth is learnt from
AGED = 0.2           # share of crops that are old film, the same in both views
RELIT = 0.5          # share of crops whose two views have a light and a grain of their own; the others differ by the window alone
LIGHT = 0.15         # such views are lit by exp(-LIGHT..LIGHT)


def relit(luma: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """[1,H,W] as another frame of the shot: other light, fresh grain."""
    return degrade.grain((luma * float(np.exp(rng.uniform(-LIGHT, LIGHT)))).clamp(0, 1), rng).clamp(0, 1)


def windows(lessons: Lessons, rng: np.random.Generator, count: int):
    """`count` lessons, two views each -> luma [2*count,1,WINDOW,WINDOW], true chroma [2*count,2,...], answers [2*count,3,...] and
    corners [2*count] of (top, left)."""
    picked = np.sort(rng.choice(len(lessons), count, False))
    luma, chroma = rgb_to_ycbcr(to_rgb([lessons.pixels[i] for i in picked]))
    answers = torch.from_numpy(lessons.answers[picked].astype(np.float32))
    corners = rng.integers(0, MARGIN + 1, (2 * count, 2)).tolist()
    luma = torch.stack([degrade.degrade(plane, rng) if rng.random() < AGED else plane for plane in luma])
    differs = rng.random(count) < RELIT
    cut = lambda plane, k: plane[k % count][:, corners[k][0]:corners[k][0] + WINDOW, corners[k][1]:corners[k][1] + WINDOW]
    views = torch.stack([relit(cut(luma, k), rng) if differs[k % count] else cut(luma, k) for k in range(2 * count)])
    return views, *(torch.stack([cut(plane, k) for k in range(2 * count)]) for plane in (chroma, answers)), corners


def told_crops(stills: Stills, rng: np.random.Generator, count: int):
    """`count` crops of which something is told, in masks.random_mask's mix -> luma, true chroma, known chroma, mask."""
    luma, chroma = rgb_to_ycbcr(to_rgb([stills.crop(rng, WINDOW) for _ in range(count)]))
    luma = torch.stack([degrade.degrade(plane, rng) if rng.random() < AGED else plane for plane in luma])
    told = [masks.random_told(c, rng) for c in chroma]
    return luma, chroma, torch.stack([k for k, _ in told]), torch.stack([m for _, m in told])


def steadiness(chroma: torch.Tensor, corners: list) -> torch.Tensor:
    """Mean |change| of chroma between the two views of each lesson, as a share of the spread about the batch's mean colour."""
    half, total = len(chroma) // 2, 0.0
    for k in range(half):
        (ay, ax), (by, bx) = corners[k], corners[k + half]
        top, left = max(ay, by), max(ax, bx)
        height, width = min(ay, by) + WINDOW - top, min(ax, bx) + WINDOW - left
        a = chroma[k, :, top - ay:top - ay + height, left - ax:left - ax + width]
        b = chroma[k + half, :, top - by:top - by + height, left - bx:left - bx + width]
        total = total + (a - b).abs().mean()
    return total / half / (chroma - chroma.mean((0, 2, 3), keepdim=True)).abs().mean()


def distill_step(student: Shipped, stills: Stills, lessons: Lessons, rng, args: argparse.Namespace, remap, weights):
    views, seen, answers, corners = windows(lessons, rng, args.lessons_each)
    luma, true, known, mask = told_crops(stills, rng, args.told)
    pairs = len(views)
    blank = lambda channels: torch.zeros(pairs, channels, WINDOW, WINDOW)
    given = torch.cat([views, luma]), torch.cat([blank(2), known]), torch.cat([blank(1), mask])
    with torch.autocast("cpu", torch.bfloat16):
        logits, moments, prediction = student.network(*given, student.temperature)
    chroma, confidence = student.stretch(moments, prediction)
    spread = (answers[:, :2] - answers[:, :2].mean((0, 2, 3), keepdim=True)).abs().mean()
    parts = {
        "answer": args.answer * F.smooth_l1_loss(chroma[:pairs], answers[:, :2], beta=BEND) / spread,
        "confidence": CONFIDENCE * F.l1_loss(confidence[:pairs], answers[:, 2:]) / 0.1,
        "steadiness": args.steadiness * steadiness(chroma[:pairs], corners),
    }
    far = lambda given, logits, true, mask: (loss.regression_loss(given, true, mask) + DISTRIBUTION
                                             * loss.distribution_loss(logits.float(), true, mask, remap, weights))
    # Before vividness where nothing is told: the mean of what is likely is nearest the truth; as shipped where something is.
    parts["truth"] = args.truth * far(prediction[:pairs].float(), logits[:pairs], seen, blank(1))
    parts["told"] = args.told_weight * far(chroma[pairs:], logits[pairs:], true, mask)
    return sum(parts.values()), parts


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--lessons", type=Path, required=True, help="folder written by models.training.teach")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log, outside the repository")
    parser.add_argument("--start", type=Path, required=True, help="checkpoint to begin from when the run folder has none")
    parser.add_argument("--minutes", type=float, default=60, help="of training in all; the learning rate falls to nothing over them")
    parser.add_argument("--lessons-each", type=int, default=12, help="lessons of a step, two views each")
    parser.add_argument("--told", type=int, default=8, help="crops of a step with hints or holes")
    parser.add_argument("--told-weight", type=float, default=0.8)
    parser.add_argument("--answer", type=float, default=0.1, help="weight of the teacher's chroma, nothing told")
    parser.add_argument("--truth", type=float, default=8.0, help="weight of the true chroma, nothing told")
    parser.add_argument("--steadiness", type=float, default=1.5, help="weight of the change between two views")
    parser.add_argument("--lr", type=float, default=9e-4)
    parser.add_argument("--horizon", type=float, default=100, help="steps the weight average looks back")
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
    stills, lessons = Stills(args.cache, "train"), Lessons(args.lessons)
    latest, clock = args.run / "latest.pt", args.run / "seconds.txt"
    resumed = latest.exists()
    state = load(latest if resumed else args.start)
    spent = float(clock.read_text()) if resumed else 0.0
    cold_from = 0 if resumed else state.step
    student = Shipped(state.model, args.temperature, args.vividness).eval()
    opts, weights = optimizers(state.model, args.lr), loss.node_weights(state.model.prior)
    if resumed:
        for opt, stored in zip(opts, state.optimizers):
            opt.load_state_dict(stored)
    state.optimizers = opts
    asked_to_stop, began, saved, sums, counted = [], time.time() - spent, time.time(), {}, 0
    for signalled in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signalled, lambda *_: asked_to_stop.append(True))

    def keep(state: State) -> None:
        clock.write_text(str(time.time() - began))
        save(state, latest)

    with open(args.run / "log.jsonl", "a") as log:
        while not asked_to_stop and (done := (time.time() - began) / 60 / args.minutes) < 1:
            warm = min(1.0, (state.step - cold_from + 1) / WARMUP)
            for opt in opts:
                for group in opt.param_groups:
                    group["lr"] = args.lr * warm * (0.5 + 0.5 * math.cos(math.pi * done))
            rng = np.random.default_rng([args.seed, state.step])
            total, parts = distill_step(student, stills, lessons, rng, args, state.remap, weights)
            total.backward()
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=True)
            follow(state.average, state.model, state.step, args.horizon)
            state.step, state.samples = state.step + 1, state.samples + 2 * args.lessons_each + args.told
            sums = {name: sums.get(name, 0.0) + float(value.detach()) for name, value in parts.items()}
            counted += 1
            if counted == LOG_EVERY:
                row = {"step": state.step, "minutes": round((time.time() - began) / 60, 2)}
                row |= {name: round(value / counted, 4) for name, value in sums.items()}
                print(json.dumps(row), file=log, flush=True)
                sums, counted = {}, 0
            if time.time() - saved > 60 * args.save_minutes:
                keep(state)
                saved = time.time()
    keep(state)


if __name__ == "__main__":
    main()

"""Writes the answers a student is to give: a trained model's colours for many crops, each the mean over several views of it.

    python -m models.training.teach --cache FOLDER --checkpoint FILE.pt --lessons FOLDER --count 10000

The teacher's answer moves with the window it looks through, with light and with mirroring; the mean over views moves less and is the
better colour. `LESSONS` holds `pixels.u8` [count,CANVAS,CANVAS,3] R'G'B' and `answers.f16` [count,3,CANVAS,CANVAS] (Cb, Cr as shipped,
confidence); lesson i depends on (seed, i) alone, so a stopped run goes on where it was. `done.txt` says how many are written.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from .checkpoint import load
from .data import Stills, to_tensors
from .export import Shipped

WINDOW = 128        # px, what the teacher and the student see of a crop
MARGIN = 16         # px, how far two windows lie apart at most: one cell of the coarsest level
CANVAS = WINDOW + MARGIN
WINDOWS = 4         # views of WINDOW px beside the one of the whole crop; half of all are mirrored
LIGHT = 0.15        # the teacher sees exp(-LIGHT..LIGHT) of the luma
CHUNK = 10          # lessons written at once


class Lessons:
    """Read-only view of a lessons folder: `pixels` and `answers` as in the module's docstring, `len` of them."""

    def __init__(self, folder: Path):
        self.count = int((Path(folder) / "done.txt").read_text())
        self.pixels = np.memmap(Path(folder) / "pixels.u8", np.uint8, "r", shape=(self.count, CANVAS, CANVAS, 3))
        self.answers = np.memmap(Path(folder) / "answers.f16", np.float16, "r", shape=(self.count, 3, CANVAS, CANVAS))

    def __len__(self) -> int:
        return self.count


@torch.no_grad()
def answer(teacher: Shipped, luma: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """luma [N,1,CANVAS,CANVAS] -> [N,3,CANVAS,CANVAS], the mean over views where they overlap."""
    total, seen = torch.zeros(len(luma), 3, CANVAS, CANVAS), torch.zeros(1, 1, CANVAS, CANVAS)
    for view in range(WINDOWS + 1):
        side = WINDOW if view else CANVAS
        top, left = rng.integers(0, CANVAS - side + 1, 2).tolist()
        mirrored = view % 2 == 1
        light = torch.from_numpy(np.exp(rng.uniform(-LIGHT, LIGHT, (len(luma), 1, 1, 1))).astype(np.float32))
        given = (luma[:, :, top:top + side, left:left + side] * light).clamp(0, 1)
        given = given.flip(3) if mirrored else given
        with torch.autocast(given.device.type, torch.bfloat16):
            told = torch.cat(teacher(given.contiguous(), torch.zeros_like(given).repeat(1, 2, 1, 1), torch.zeros_like(given)), 1)
        total[:, :, top:top + side, left:left + side] += told.flip(3) if mirrored else told
        seen[:, :, top:top + side, left:left + side] += 1
    return total / seen


def open_to_write(path: Path, kind: type, shape: tuple[int, ...]) -> np.memmap:
    return np.memmap(path, kind, "r+" if path.exists() else "w+", shape=shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder written by models.training.data")
    parser.add_argument("--checkpoint", type=Path, required=True, help="the teacher")
    parser.add_argument("--lessons", type=Path, required=True, help="folder to write, outside the repository")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--vividness", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.lessons.mkdir(parents=True, exist_ok=True)
    stills, done = Stills(args.cache, "train"), args.lessons / "done.txt"
    teacher = Shipped(load(args.checkpoint).average, args.temperature, args.vividness).eval()
    pixels = open_to_write(args.lessons / "pixels.u8", np.uint8, (args.count, CANVAS, CANVAS, 3))
    answers = open_to_write(args.lessons / "answers.f16", np.float16, (args.count, 3, CANVAS, CANVAS))
    for start in range(int(done.read_text()) if done.exists() else 0, args.count, CHUNK):
        numbers = range(start, min(start + CHUNK, args.count))
        crops = [stills.crop(np.random.default_rng([args.seed, i]), CANVAS) for i in numbers]
        pixels[start:start + len(crops)] = crops
        answers[start:start + len(crops)] = answer(teacher, to_tensors(crops)[0], np.random.default_rng([args.seed, start, 1]))
        pixels.flush(), answers.flush()
        done.write_text(str(start + len(crops)))


if __name__ == "__main__":
    main()

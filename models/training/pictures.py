"""A contact sheet to look at: source, automatic result, ten hints, truth - or source and result for frames without a truth.

    python -m models.training.pictures --cache FOLDER --out SHEET.png            pictures of the validation shard
    python -m models.training.pictures --frames A.png B.png --out SHEET.png      gray frames, e.g. of old film

The sheet shows other people's pictures: it stays outside the repository.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import masks
from .color import ycbcr_to_rgb
from .data import Stills, to_tensors
from .draw import Draw
from .evaluate import MODELS, colorize, open_model
from .network import STRIDE

SEED = 7


def to_pixels(rgb: torch.Tensor) -> np.ndarray:
    """[1,3,H,W] 0..1 -> [H,W,3] uint8."""
    return (rgb[0] * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).numpy()


def automatic(session, luma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return colorize(session, luma, torch.zeros_like(luma).repeat(1, 2, 1, 1), torch.zeros_like(luma))


def still_row(session, pixels: np.ndarray, draw: Draw) -> np.ndarray:
    luma, chroma = to_tensors([pixels])
    result, confidence = automatic(session, luma)
    hinted, _ = colorize(session, luma, *masks.hints(chroma, draw, 10, 5))
    views = [
        luma.repeat(1, 3, 1, 1),
        ycbcr_to_rgb(luma, result),
        ycbcr_to_rgb(luma, hinted),
        ycbcr_to_rgb(luma, chroma),
        confidence.repeat(1, 3, 1, 1),
    ]
    return np.concatenate([to_pixels(v) for v in views], 1)


def frame_row(session, path: Path, short: int) -> np.ndarray:
    with Image.open(path) as picture:
        scale = short / min(picture.size)
        width, height = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in picture.size)
        pixels = np.asarray(picture.convert("RGB").resize((width, height), Image.BICUBIC))
    luma, _ = to_tensors([pixels])
    result, _ = automatic(session, luma)
    return np.concatenate([to_pixels(luma.repeat(1, 3, 1, 1)), to_pixels(ycbcr_to_rgb(luma, result))], 1)


def sheet(rows: list[np.ndarray], columns: int) -> Image.Image:
    """Rows of unequal size, side by side in `columns`, black where nothing is."""
    height, width = max(r.shape[0] for r in rows), max(r.shape[1] for r in rows)
    page = np.zeros((-(-len(rows) // columns) * height, columns * width, 3), np.uint8)
    for i, row in enumerate(rows):
        top, left = i // columns * height, i % columns * width
        page[top : top + row.shape[0], left : left + row.shape[1]] = row
    return Image.fromarray(page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODELS / "kinemacolor-base.onnx")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--frames", type=Path, nargs="+")
    parser.add_argument("--first", type=int, default=0, help="which pictures of the validation shard")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--size", type=int, default=144, help="short side, px")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    session, draw = open_model(args.model, 1), Draw("cpu", SEED)
    if args.frames:
        rows = [frame_row(session, path, args.size) for path in args.frames]
    else:
        stills = Stills(args.cache, "validate")
        rows = [still_row(session, stills.square(args.first + i, args.size), draw) for i in range(args.count)]
    sheet(rows, args.columns).save(args.out)


if __name__ == "__main__":
    main()

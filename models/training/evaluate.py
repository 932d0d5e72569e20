"""The measured table of an exported model on pictures it never saw, through ONNX Runtime.

    python -m models.training.evaluate --cache FOLDER [--model FILE.onnx --size 128 --pictures 600]

PSNR in dB over R'G'B' 0..255, per picture, then averaged (field's form). Chroma is written onto the true luma.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from . import masks
from .color import ycbcr_to_rgb
from .data import Stills, to_tensors
from .draw import Draw

MODELS = Path(__file__).resolve().parent.parent
SEED = 7  # the hints, the holes and the grain are the same for every model measured
CHUNK = 20


def open_model(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the cores to others
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def colorize(session, luma, known, mask) -> tuple[torch.Tensor, torch.Tensor]:
    """[N,1|2|1,H,W] tensors -> chroma [N,2,H,W] and confidence [N,1,H,W]."""
    chroma, confidence = session.run(
        ["chroma_out", "confidence"], {"luma": luma.numpy(), "chroma": known.numpy(), "mask": mask.numpy()}
    )
    return torch.from_numpy(chroma), torch.from_numpy(confidence)


def psnr(a: torch.Tensor, b: torch.Tensor, where: torch.Tensor | None = None) -> np.ndarray:
    """Per picture, [N,3,H,W] 0..1; `where` [N,1,H,W] limits it to the pixels that are 1."""
    where = torch.ones_like(a[:, :1]) if where is None else where
    error = ((a.double() - b.double()).square().mean(1, keepdim=True) * where).sum((1, 2, 3)) / where.sum((1, 2, 3))
    return (-10 * torch.log10(error.clamp_min(1e-10))).numpy()


def colourfulness(rgb: torch.Tensor) -> np.ndarray:
    """Hasler and Suesstrunk's, signed form, per picture, on the 0..255 scale."""
    r, g, b = (rgb.double() * 255).unbind(1)
    rg, yb = r - g, (r + g) / 2 - b
    spread = (rg.var((1, 2), correction=0) + yb.var((1, 2), correction=0)).sqrt()
    return (spread + 0.3 * (rg.mean((1, 2)).square() + yb.mean((1, 2)).square()).sqrt()).numpy()


def automatic(session, luma, chroma, mean_colour) -> dict[str, np.ndarray]:
    truth = ycbcr_to_rgb(luma, chroma)
    result, confidence = colorize(session, luma, *masks.empty(chroma))
    rgb, error = ycbcr_to_rgb(luma, result), (result - chroma).square().sum(1, keepdim=True).sqrt()
    sure = confidence > confidence.flatten(1).median(1).values[:, None, None, None]
    return {
        "psnr": psnr(rgb, truth),
        "psnrGray": psnr(ycbcr_to_rgb(luma, torch.zeros_like(chroma)), truth),
        "psnrMeanColour": psnr(ycbcr_to_rgb(luma, mean_colour.expand_as(chroma)), truth),
        "colourfulness": colourfulness(rgb),
        "colourfulnessTruth": colourfulness(truth),
        "errorSureHalf": np.array([float(e[s].mean()) if s.any() else np.nan for e, s in zip(error, sure, strict=False)]),
        "errorUnsureHalf": np.array([float(e[~s].mean()) for e, s in zip(error, sure, strict=False)]),
    }


def told(session, luma, chroma, draw: Draw) -> dict[str, np.ndarray]:
    """Ten true spots of 5x5 pixels; and 20 % of the area missing in blocks."""
    truth, out = ycbcr_to_rgb(luma, chroma), {}
    for name, (known, mask) in (
        ("psnrTenHints", masks.hints(chroma, draw, 10, 5)),
        ("psnrFilling", masks.missing_blocks(chroma, draw, 0.2)),
    ):
        result, _ = colorize(session, luma, known, mask)
        out[name] = psnr(ycbcr_to_rgb(luma, result), truth, 1 - mask if name == "psnrFilling" else None)
    return out


def steadiness(session, pixels: list[np.ndarray], draw: Draw) -> dict[str, np.ndarray]:
    """Mean |change| of Cb, Cr (0.01 = 2.5 of 255 levels) when the picture moves 1..8 px, gets fresh grain, or 10 % more light."""
    size = pixels[0].shape[0] - 8
    dy, dx = draw.host.integers(1, 9, 2).tolist()
    whole, _ = to_tensors(pixels)
    luma, moved = whole[:, :, :size, :size].contiguous(), whole[:, :, dy : dy + size, dx : dx + size].contiguous()
    noise = 0.03 * draw.normal(*luma.shape)

    def run(view):
        return colorize(session, view, torch.zeros(len(view), 2, size, size), torch.zeros_like(view))[0]

    base = run(luma)

    def change(a, b):
        return (a - b).abs().mean((1, 2, 3)).numpy()

    return {
        "shift": change(base[:, :, dy:, dx:], run(moved)[:, :, : size - dy, : size - dx]),
        "grain": change(base, run((luma + noise).clamp(0, 1))),
        "light": change(base, run((luma * 1.1).clamp(0, 1))),
        "meanChroma": base.abs().mean((1, 2, 3)).numpy(),  # a gray model is perfectly steady: always read beside this
    }


def hint_law(session, size: int = 128) -> dict[str, float]:
    """Three red spots on the dark side of one strong upright edge: how far off they are, and how much crosses the edge.

    `bleeding` is the change of chroma beyond the edge (2 px of it left out) over the change on the spots' own side.
    """
    luma, known = torch.full((1, 1, size, size), 0.3), torch.zeros(1, 2, size, size)
    luma[..., size // 2 :] = 0.75
    luma += torch.from_numpy(np.random.default_rng(SEED).normal(0, 0.01, luma.shape).astype(np.float32))
    mask = torch.zeros_like(luma)
    for row in (size // 4, size // 2, 3 * size // 4):
        mask[:, :, row : row + 5, size // 4 : size // 4 + 5] = 1
    known[:, 0:1], known[:, 1:2] = -0.06 * mask, 0.18 * mask
    plain, _ = colorize(session, luma, torch.zeros_like(known), torch.zeros_like(mask))
    hinted, _ = colorize(session, luma, known, mask)
    moved = (hinted - plain).abs().sum(1)[0]
    own, beyond = moved[:, : size // 2].mean(), moved[:, size // 2 + 2 :].mean()
    return {"offAtHint": round(float(((hinted - known).abs() * mask).max()), 4), "bleeding": round(float(beyond / own), 3)}


def milliseconds(path: Path, threads: int, size: int = 256, runs: int = 15) -> dict[str, float]:
    """Median wall time, and CPU time over all threads, which a busy machine disturbs less."""
    session = open_model(path, threads)
    feeds = torch.rand(1, 1, size, size), torch.zeros(1, 2, size, size), torch.zeros(1, 1, size, size)
    times = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        colorize(session, *feeds)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = (round(float(v) * 1000, 1) for v in np.median(times[3:], 0))
    return {"wall": wall, "cpu": cpu}


def mean_chroma(stills: Stills, pictures: int = 500) -> torch.Tensor:
    """[1,2,1,1], over training pictures."""
    picked = np.linspace(0, len(stills) - 1, pictures).astype(int)
    return torch.stack([to_tensors([stills.square(int(i), 64)])[1].mean((0, 2, 3)) for i in picked]).mean(0)[None, :, None, None]


def measure(path: Path, cache: Path, part: str, size: int, pictures: int, threads: int = 1) -> dict[str, float]:
    stills, draw, rows = Stills(cache, part), Draw("cpu", SEED), []
    session, mean_colour = open_model(path, threads), mean_chroma(Stills(cache, "train"))
    picked = np.linspace(0, len(stills) - 1, min(pictures, len(stills))).astype(int)
    for start in range(0, len(picked), CHUNK):
        numbers = [int(i) for i in picked[start : start + CHUNK]]
        luma, chroma = to_tensors([stills.square(i, size) for i in numbers])
        rows.append(
            automatic(session, luma, chroma, mean_colour)
            | told(session, luma, chroma, draw)
            | steadiness(session, [stills.square(i, size + 8) for i in numbers], draw)
        )
    mean = {k: float(np.nanmean(np.concatenate([row[k] for row in rows]))) for k in rows[0]}
    table = {k: round(v, 2 if k.startswith(("psnr", "colour")) else 4) for k, v in mean.items()}
    table["colourfulnessRatio"] = round(mean["colourfulness"] / mean["colourfulnessTruth"], 3)
    return {"part": part, "size": size, "pictures": len(picked), **table}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODELS / "kinemacolor-base.onnx")
    parser.add_argument("--part", choices=["validate", "tune", "tune-people"], default="validate")
    parser.add_argument("--size", type=int, nargs="+", default=[128])
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--speed", action="store_true", help="also time one 256x256 picture on one and two threads")
    parser.add_argument("--out", type=Path, help="write the table as JSON, for export --measured")
    args = parser.parse_args()
    table = {f"{args.part}{size}": measure(args.model, args.cache, args.part, size, args.pictures) for size in args.size}
    table["hintLaw"] = hint_law(open_model(args.model, 1))
    if args.speed:
        table["milliseconds256"] = {"threads1": milliseconds(args.model, 1), "threads2": milliseconds(args.model, 2)}
    text = json.dumps(table, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")


if __name__ == "__main__":
    main()

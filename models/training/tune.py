"""Chooses temperature and vividness for the export, on pictures kept out of both training and validation.

    python -m models.training.tune --cache FOLDER --checkpoint FILE.pt

Prints one line per pair: automatic PSNR and colourfulness against the truth, and PSNR inside the holes of filling, which
vividness must not spoil.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from . import masks
from .checkpoint import load
from .color import ycbcr_to_rgb
from .data import Stills, to_tensors
from .draw import Draw
from .evaluate import CHUNK, SEED, colourfulness, psnr
from .export import Shipped


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--temperature", type=float, nargs="+", default=[1.0, 0.7, 0.5])
    parser.add_argument("--vividness", type=float, nargs="+", default=[0.0, 0.2, 0.4])
    parser.add_argument("--part", choices=["tune", "tune-people"], default="tune")
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--size", type=int, default=128)
    args = parser.parse_args()
    torch.set_num_threads(1)
    stills, network = Stills(args.cache, args.part), load(args.checkpoint).average
    picked = np.linspace(0, len(stills) - 1, args.pictures).astype(int)
    luma, chroma = to_tensors([stills.square(int(i), args.size) for i in picked])
    truth, (known, mask) = ycbcr_to_rgb(luma, chroma), masks.missing_blocks(chroma, Draw("cpu", SEED), 0.2)
    none, vivid_truth = torch.zeros_like(mask), colourfulness(truth).mean()
    print(f"gray {psnr(ycbcr_to_rgb(luma, 0 * chroma), truth).mean():.2f} dB, truth's colourfulness {vivid_truth:.1f}")
    for temperature in args.temperature:
        for vividness in args.vividness:
            shipped = Shipped(network, temperature, vividness).eval()

            def run(k, m):
                return torch.cat(
                    [shipped(*part)[0] for part in zip(luma.split(CHUNK), k.split(CHUNK), m.split(CHUNK), strict=False)]  # noqa: B023
                )

            auto = ycbcr_to_rgb(luma, run(0 * chroma, none))
            filled = psnr(ycbcr_to_rgb(luma, run(known, mask)), truth, 1 - mask).mean()
            print(
                f"temperature {temperature:.2f} vividness {vividness:.2f}: {psnr(auto, truth).mean():.2f} dB, "
                f"colourfulness {colourfulness(auto).mean() / vivid_truth:.3f}, filling {filled:.2f} dB",
                flush=True,
            )


if __name__ == "__main__":
    main()

"""The weighted mean of two checkpoints of one run: one trained for colour, one further on for steadiness.

    python -m models.training.blend --first VIVID.pt --second STEADY.pt --share 0.5 --out FILE.pt

Weights of one run lie in one basin, so their mean is a working network between the two (Wortsman et al. 2022, arXiv 2203.05482).
"""

import argparse
from pathlib import Path

import torch

from .checkpoint import load, save_small


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=Path, required=True)
    parser.add_argument("--second", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.5, help="0 gives the first, 1 the second")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    first, second = load(args.first), load(args.second)
    for one, other in zip(second.average.state_dict().values(), first.average.state_dict().values(), strict=False):
        if one.is_floating_point():
            one.lerp_(other, 1 - args.share)
    save_small(second, args.out)


if __name__ == "__main__":
    main()

"""Fits the projection of the encoder's features that the model gives as `features`: principal components, half whitened.

    python -m models.training.features --cache FOLDER --checkpoint FILE.pt      # written back into the checkpoint

Run it again after the encoder was trained.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from .checkpoint import State, load, save
from .data import Stills, to_tensors
from .network import FEATURES, double

PICTURES, CELLS, SIZE = 1500, 24, 256
WHITENED = 0.5  # exponent: 0 leaves the components' spread, 1 makes it equal
SEED = 3


@torch.no_grad()
def fit(state: State, stills: Stills) -> float:
    """Sets the projection of both networks of `state`; returns the share of variance that is kept."""
    random, rows = np.random.default_rng(SEED), []
    for number in np.linspace(0, len(stills) - 1, PICTURES).astype(int):
        luma, _ = to_tensors([stills.square(int(number), SIZE)])
        maps = state.average.encode(luma)
        cells = torch.cat([maps[3], double(maps[4])], 1)[0].flatten(1)
        rows.append(cells[:, random.choice(cells.shape[1], CELLS, replace=False)].t())
    values = torch.cat(rows).double()
    mean, spread = values.mean(0), values.std(0).clamp_min(1e-6)
    variances, vectors = torch.linalg.eigh(torch.cov(((values - mean) / spread).t()))
    kept = variances[-FEATURES:]
    projection = (vectors[:, -FEATURES:] * kept ** (-WHITENED / 2) / spread[:, None]).t()
    for network in (state.model, state.average):
        network.projection.copy_(projection[:, :, None, None])
        network.projection_bias.copy_(-(projection @ mean))
    return float(kept.sum() / variances.sum())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    state = load(args.checkpoint)
    print(f"{fit(state, Stills(args.cache, 'train')):.3f} of the variance in {FEATURES} numbers")
    save(state, args.checkpoint)

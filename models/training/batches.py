"""One training batch from (seed, step) alone: the same numbers whether the run was resumed or not."""
from dataclasses import dataclass

import numpy as np
import torch

from . import degrade, masks
from .data import Stills, to_rgb
from .color import rgb_to_ycbcr

SMALL_SIZES, LARGE_SIZES = (64, 80, 96), (96, 112, 128)
LARGE_FROM = 0.7     # share of the run after which crops get larger: what things are is learnt more cheaply small
MAX_SHIFT = 8        # px between the two views of a pair
DEGRADED = 0.5       # share of pictures whose luma is aged
OTHER_STOCK = 0.1    # share whose luma is what a stock of another colour sensitivity would see


@dataclass
class Batch:
    """luma [N,1,S,S], chroma [N,2,S,S] true, known [N,2,S,S], mask [N,1,S,S].

    The first `pairs` entries are first views, the next `pairs` second views of the same pictures, moved by `shift` [(dy, dx)].
    """
    luma: torch.Tensor
    chroma: torch.Tensor
    known: torch.Tensor
    mask: torch.Tensor
    pairs: int
    shift: list[tuple[int, int]]


def make_batch(stills: Stills, seed: int, step: int, progress: float, count: int, pairs: int) -> Batch:
    """`count` crops in all, of which 2 * `pairs` are two views of one picture. `progress` 0..1 is the share of the run done."""
    rng = np.random.default_rng([seed, step])
    size = int(rng.choice(LARGE_SIZES if progress >= LARGE_FROM else SMALL_SIZES))
    firsts, seconds, shift = [], [], []
    for _ in range(pairs):
        pixels = stills.crop(rng, size + MAX_SHIFT)
        (ay, ax), (by, bx) = rng.integers(0, MAX_SHIFT + 1, (2, 2)).tolist()
        firsts.append(pixels[ay:ay + size, ax:ax + size])
        seconds.append(pixels[by:by + size, bx:bx + size])
        shift.append((by - ay, bx - ax))
    rgb = to_rgb(firsts + seconds + [stills.crop(rng, size) for _ in range(count - 2 * pairs)])
    luma, chroma = rgb_to_ycbcr(rgb)
    told = [masks.empty(chroma[i]) if i < 2 * pairs else masks.random_mask(chroma[i], rng) for i in range(count)]
    for i in range(count):
        if i < 2 * pairs:
            luma[i] = degrade.same_shot(luma[i], rng) if rng.random() < 0.8 else luma[i]
            continue
        if rng.random() < OTHER_STOCK:
            luma[i] = degrade.film_response(rgb[i], rng)
        if rng.random() < DEGRADED:
            luma[i] = degrade.degrade(luma[i], rng)
    return Batch(luma, chroma, torch.stack([k for k, _ in told]), torch.stack([m for _, m in told]), pairs, shift)

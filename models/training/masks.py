"""Which chroma the model is told: nothing, a person's few spots, or all but a missing part.

Every function takes true chroma [2,H,W] and returns (known chroma [2,H,W], mask [1,H,W]); known chroma is zero where mask is 0.
"""
import numpy as np
import torch
import torch.nn.functional as F


def empty(chroma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Automatic colour."""
    return torch.zeros_like(chroma), torch.zeros_like(chroma[:1])


def hints(chroma: torch.Tensor, rng: np.random.Generator, count: int | None = None, side: int | None = None, flat: bool | None = None):
    """`count` square spots of `side` pixels (random 1..30 of 1..9 when not given). Flat spots hold one colour, as a brush does."""
    _, height, width = chroma.shape
    known, mask = empty(chroma)
    # Log-uniform: one or two spots must work as well as thirty.
    count = count or int(round(30 ** rng.random()))
    flat = rng.random() < 0.5 if flat is None else flat
    for _ in range(count):
        s = side or int(rng.integers(1, 10))
        top, left = int(rng.integers(0, height - s + 1)), int(rng.integers(0, width - s + 1))
        spot = chroma[:, top:top + s, left:left + s]
        known[:, top:top + s, left:left + s] = spot.mean((1, 2), keepdim=True) if flat else spot
        mask[:, top:top + s, left:left + s] = 1
    return known, mask


def missing_blocks(chroma: torch.Tensor, rng: np.random.Generator, share: float):
    """Blocks of 1/10..1/3 of the shorter side are taken out until `share` of the area is gone."""
    _, height, width = chroma.shape
    mask = torch.ones_like(chroma[:1])
    short = min(height, width)
    while 1 - float(mask.mean()) < share:
        h, w = (max(2, int(short * rng.uniform(0.1, 0.33))) for _ in range(2))
        top, left = int(rng.integers(-h // 2, height - h // 2)), int(rng.integers(-w // 2, width - w // 2))
        mask[:, max(top, 0):top + h, max(left, 0):left + w] = 0
    return chroma * mask, mask


def missing_blobs(chroma: torch.Tensor, rng: np.random.Generator, share: float):
    """Smooth random shapes, like what flow cannot see beside a moving edge."""
    _, height, width = chroma.shape
    cells = int(rng.integers(3, 14))
    noise = torch.from_numpy(rng.standard_normal((1, 1, cells, cells)).astype(np.float32))
    field = F.interpolate(noise, size=(height, width), mode="bicubic", align_corners=False)[0]
    limit = torch.quantile(field.flatten(), share)
    mask = (field > limit).float()
    return chroma * mask, mask


def random_told(chroma: torch.Tensor, rng: np.random.Generator):
    """Hints (two of three) or all but a missing part."""
    if rng.random() < 0.38 / 0.58:
        return hints(chroma, rng)
    missing = missing_blocks if rng.random() < 0.5 else missing_blobs
    return missing(chroma, rng, float(rng.uniform(0.05, 0.5)))


def random_mask(chroma: torch.Tensor, rng: np.random.Generator):
    """42 % automatic (the pairs for steadiness are automatic too: half of a batch in all), 38 % hints, 20 % filling.

    Filling is the easiest of the three and hints the hardest, hence the shares.
    """
    return empty(chroma) if rng.random() < 0.42 else random_told(chroma, rng)

"""Old film, simulated on the luma alone: the colours to predict stay those of the clean picture.

All functions take and return luma [1,H,W], 0..1. Strengths are what scanned 16 and 35 mm reels show at this size.
"""
import numpy as np
import torch
import torch.nn.functional as F


def exposure(luma, rng):
    """Gamma, contrast and brightness: printing and scanning differ from reel to reel."""
    luma = luma.clamp(1e-4, 1) ** float(np.exp(rng.uniform(-0.4, 0.4)))
    return (luma - 0.5) * rng.uniform(0.7, 1.2) + 0.5 + rng.uniform(-0.08, 0.08)


def flicker(luma, rng):
    """A smooth gain field: uneven flicker, vignette, stains."""
    cells = int(rng.integers(2, 5))
    field = torch.from_numpy(rng.normal(0, rng.uniform(0.02, 0.12), (1, 1, cells, cells)).astype(np.float32))
    return luma * (1 + F.interpolate(field, size=luma.shape[1:], mode="bicubic", align_corners=False)[0])


def soften(luma, rng):
    """Lens and print blur, or a low-resolution scan."""
    height, width = luma.shape[1:]
    if rng.random() < 0.5:
        scale = rng.uniform(0.35, 0.8)
        small = F.interpolate(luma[None], size=(int(height * scale), int(width * scale)), mode="area")
        return F.interpolate(small, size=(height, width), mode="bilinear", align_corners=False)[0]
    side = int(rng.choice([3, 3, 5]))
    return F.avg_pool2d(F.pad(luma[None], [side // 2] * 4, mode="replicate"), side, 1)[0]


def grain(luma, rng):
    """Gaussian grain, sharp or clumped, strongest in the middle tones."""
    noise = torch.from_numpy(rng.standard_normal((1, 1) + tuple(luma.shape[1:])).astype(np.float32))
    if rng.random() < 0.5:
        noise = F.avg_pool2d(noise, 3, 1, 1) * 2.2  # keeps about the same spread after averaging
    strength = rng.uniform(0.01, 0.06)
    return luma + noise[0] * strength * (0.4 + 2.4 * luma.clamp(0, 1) * (1 - luma.clamp(0, 1)))


def scratches(luma, rng):
    """Thin upright lines and specks of dust, black or white."""
    _, height, width = luma.shape
    luma = luma.clone()
    for _ in range(int(rng.integers(1, 4))):
        column, top = int(rng.integers(width)), int(rng.integers(-height, height // 2))
        luma[:, max(top, 0):top + 2 * height, column] += float(rng.choice([-1, 1]) * rng.uniform(0.1, 0.5))
    for _ in range(int(rng.integers(0, 12))):
        row, column, side = int(rng.integers(height)), int(rng.integers(width)), int(rng.integers(1, 4))
        luma[:, row:row + side, column:column + side] = float(rng.random() < 0.5)
    return luma


def film_response(rgb: torch.Tensor, rng) -> torch.Tensor:
    """Luma [1,H,W] as a stock of another colour sensitivity would record rgb [3,H,W]: early stocks hardly saw red."""
    red, blue = rng.uniform(0.0, 0.35), rng.uniform(0.05, 0.5)
    weights = torch.tensor([red, max(1 - red - blue, 0.2), blue], dtype=torch.float32)
    return (rgb * (weights / weights.sum())[:, None, None]).sum(0, keepdim=True)


def degrade(luma: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """A random mixture; about a third of all pictures stay nearly clean."""
    amount = rng.choice([0.15, 0.4, 0.75])
    for step in (exposure, soften, flicker, grain, scratches):
        if rng.random() < amount * (0.4 if step is scratches else 1.0):
            luma = step(luma, rng)
    return luma.clamp(0, 1)


def same_shot(luma: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """What changes between two frames of one shot: brightness up to 15 % and fresh grain."""
    return grain(luma * rng.uniform(0.87, 1.15), rng).clamp(0, 1)

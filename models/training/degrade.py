"""Old film, simulated on the luma alone: the colours to predict stay those of the clean picture.

All functions take and return luma [N,1,H,W], 0..1, every picture with a film of its own. Strengths are what scanned 16 and 35 mm
reels show at this size.
"""

import torch
import torch.nn.functional as F

from .draw import Draw


def exposure(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Gamma, contrast and brightness: printing and scanning differ from reel to reel."""
    n = len(luma)
    luma = luma.clamp(1e-4, 1) ** draw.uniform(n, -0.4, 0.4).exp()
    return (luma - 0.5) * draw.uniform(n, 0.7, 1.2) + 0.5 + draw.uniform(n, -0.08, 0.08)


def flicker(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """A smooth gain field: uneven flicker, vignette, stains."""
    n, cells = len(luma), int(draw.host.integers(2, 5))
    field = draw.normal(n, 1, cells, cells) * draw.uniform(n, 0.02, 0.12)
    return luma * (1 + F.interpolate(field, size=luma.shape[2:], mode="bicubic", align_corners=False))


def soften(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Lens and print blur, or a low-resolution scan."""
    n, (height, width), scale = len(luma), luma.shape[2:], float(draw.host.uniform(0.35, 0.8))
    small = F.interpolate(luma, size=(int(height * scale), int(width * scale)), mode="area")
    low = F.interpolate(small, size=(height, width), mode="bilinear", align_corners=False)

    def blur(side):
        return F.avg_pool2d(F.pad(luma, [side // 2] * 4, mode="replicate"), side, 1)

    return torch.where(draw.chance(n, 0.5), low, torch.where(draw.chance(n, 2 / 3), blur(3), blur(5)))


def grain(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Gaussian grain, sharp or clumped, strongest in the middle tones."""
    n, noise = len(luma), draw.normal(*luma.shape)
    clumped = F.avg_pool2d(noise, 3, 1, 1) * 2.2  # keeps about the same spread after averaging
    noise = torch.where(draw.chance(n, 0.5), clumped, noise)
    return luma + noise * draw.uniform(n, 0.01, 0.06) * (0.4 + 2.4 * luma.clamp(0, 1) * (1 - luma.clamp(0, 1)))


def scratches(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Thin upright lines and specks of dust, black or white."""
    n, (height, width) = len(luma), luma.shape[2:]
    rows = torch.arange(height, device=luma.device)[:, None]
    columns = torch.arange(width, device=luma.device)
    lines = draw.integers(n, 1, 4)
    for k in range(3):
        strength = torch.where(draw.chance(n, 0.5), 1.0, -1.0) * draw.uniform(n, 0.1, 0.5)
        on = (columns == draw.integers(n, 0, width)) & (rows >= draw.integers(n, -height, height // 2)) & (k < lines)
        luma = luma + strength * on
    specks = draw.integers(n, 0, 12)
    for k in range(11):
        top, left, side = draw.integers(n, 0, height), draw.integers(n, 0, width), draw.integers(n, 1, 4)
        on = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side) & (k < specks)
        luma = torch.where(on, draw.chance(n, 0.5).float(), luma)
    return luma


def film_response(rgb: torch.Tensor, draw: Draw) -> torch.Tensor:
    """Luma [N,1,H,W] as a stock of another colour sensitivity would record rgb [N,3,H,W]: early stocks hardly saw red."""
    red, blue = draw.uniform(len(rgb), 0.0, 0.35), draw.uniform(len(rgb), 0.05, 0.5)
    weights = torch.cat([red, (1 - red - blue).clamp_min(0.2), blue], 1)
    return (rgb * weights / weights.sum(1, keepdim=True)).sum(1, keepdim=True)


def degrade(luma: torch.Tensor, draw: Draw) -> torch.Tensor:
    """A random mixture; about a third of all pictures stay nearly clean."""
    n = len(luma)
    amount = torch.tensor([0.15, 0.4, 0.75], device=luma.device)[draw.integers(n, 0, 3)]
    for step in (exposure, soften, flicker, grain, scratches):
        luma = torch.where(draw.chance(n, amount * (0.4 if step is scratches else 1.0)), step(luma, draw), luma)
    return luma.clamp(0, 1)


def relit(luma: torch.Tensor, draw: Draw, light: float = 0.15) -> torch.Tensor:
    """As another frame of the same shot: lit by exp(-light..light), with fresh grain."""
    return grain((luma * draw.uniform(len(luma), -light, light).exp()).clamp(0, 1), draw).clamp(0, 1)

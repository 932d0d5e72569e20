"""Which chroma the model is given when it is measured: none, a few spots, or all but a missing part.

Every function takes true chroma [N,2,H,W] and returns (known chroma [N,2,H,W], mask [N,1,H,W]), each picture with its own; known
chroma is zero where mask is 0.
"""

import torch

from .draw import Draw

MAX_BLOCKS = 60


def empty(chroma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Automatic colour."""
    return torch.zeros_like(chroma), torch.zeros_like(chroma[:, :1])


def box(chroma: torch.Tensor, top, left, height, width) -> torch.Tensor:
    """[N,1,H,W] of bool: inside the given rectangles ([N,1,1,1] each, or numbers)."""
    rows = torch.arange(chroma.shape[2], device=chroma.device)[:, None]
    columns = torch.arange(chroma.shape[3], device=chroma.device)
    return (rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width)


def below(draw: Draw, count: int, end: torch.Tensor | int) -> torch.Tensor:
    """int64, 0 to `end` - 1, which may differ from picture to picture."""
    return (draw.uniform(count) * end).long().clamp_max(end - 1)


def hints(chroma: torch.Tensor, draw: Draw, count: int, side: int):
    """`count` square spots of `side` pixels."""
    n, (height, width) = len(chroma), chroma.shape[2:]
    known, mask = empty(chroma)
    for _ in range(count):
        on = box(chroma, below(draw, n, height - side + 1), below(draw, n, width - side + 1), side, side)
        known, mask = torch.where(on, chroma, known), mask.masked_fill(on, 1)
    return known, mask


def missing_blocks(chroma: torch.Tensor, draw: Draw, share: float | torch.Tensor):
    """Blocks of 1/10..1/3 of the shorter side are taken out until `share` (at most a half) of the area is gone."""
    n, (height, width) = len(chroma), chroma.shape[2:]
    mask, short = torch.ones_like(chroma[:, :1]), min(height, width)
    for _ in range(MAX_BLOCKS):
        h, w = ((short * draw.uniform(n, 0.1, 0.33)).long().clamp_min(2) for _ in range(2))
        on = box(chroma, below(draw, n, height) - h // 2, below(draw, n, width) - w // 2, h, w)
        mask = mask.masked_fill(on & (1 - mask.mean((2, 3), keepdim=True) < share), 0)
    return chroma * mask, mask

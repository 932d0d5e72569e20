"""Which chroma the model is told: nothing, a person's few spots, or all but a missing part.

Every function takes true chroma [N,2,H,W] and returns (known chroma [N,2,H,W], mask [N,1,H,W]), each picture with its own; known
chroma is zero where mask is 0.
"""
import torch
import torch.nn.functional as F

from .draw import Draw

MOST_SPOTS, MOST_BLOCKS = 30, 60


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


def hints(chroma: torch.Tensor, draw: Draw, count: int | None = None, side: int | None = None, flat: bool | None = None):
    """`count` square spots of `side` pixels (random 1..30 of 1..9 when not given). Flat spots hold one colour, as a brush does."""
    n, (height, width) = len(chroma), chroma.shape[2:]
    known, mask = empty(chroma)
    # Log-uniform: one or two spots must work as well as thirty.
    wanted = (MOST_SPOTS ** draw.uniform(n)).round() if count is None else count
    even = draw.chance(n, 0.5) if flat is None else torch.full((n, 1, 1, 1), flat, device=chroma.device)
    for k in range(count or MOST_SPOTS):
        s = draw.integers(n, 1, 10) if side is None else side
        on = box(chroma, below(draw, n, height - s + 1), below(draw, n, width - s + 1), s, s) & (k < wanted)
        mean = (chroma * on).sum((2, 3), keepdim=True) / (s * s)
        known, mask = torch.where(on, torch.where(even, mean, chroma), known), mask.masked_fill(on, 1)
    return known, mask


def missing_blocks(chroma: torch.Tensor, draw: Draw, share: float | torch.Tensor):
    """Blocks of 1/10..1/3 of the shorter side are taken out until `share` (at most a half) of the area is gone."""
    n, (height, width) = len(chroma), chroma.shape[2:]
    mask, short = torch.ones_like(chroma[:, :1]), min(height, width)
    for _ in range(MOST_BLOCKS):
        h, w = ((short * draw.uniform(n, 0.1, 0.33)).long().clamp_min(2) for _ in range(2))
        on = box(chroma, below(draw, n, height) - h // 2, below(draw, n, width) - w // 2, h, w)
        mask = mask.masked_fill(on & (1 - mask.mean((2, 3), keepdim=True) < share), 0)
    return chroma * mask, mask


def missing_blobs(chroma: torch.Tensor, draw: Draw, share: float | torch.Tensor):
    """Smooth random shapes, like what flow cannot see beside a moving edge."""
    n, cells = len(chroma), int(draw.host.integers(3, 14))
    field = F.interpolate(draw.normal(n, 1, cells, cells), size=chroma.shape[2:], mode="bicubic", align_corners=False).flatten(1)
    rank = torch.as_tensor(share, device=chroma.device).expand(n, 1, 1, 1).flatten() * (field.shape[1] - 1)
    limit = field.sort(1).values.gather(1, rank.long()[:, None])
    mask = (field > limit).float().view_as(chroma[:, :1])
    return chroma * mask, mask


def chosen(which: torch.Tensor, first: tuple, second: tuple) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(torch.where(which, a, b) for a, b in zip(first, second))


def random_told(chroma: torch.Tensor, draw: Draw):
    """Hints (two of three) or all but a missing part. Filling is the easier of the two, hence the shares."""
    n, share = len(chroma), draw.uniform(len(chroma), 0.05, 0.5)
    missing = chosen(draw.chance(n, 0.5), missing_blocks(chroma, draw, share), missing_blobs(chroma, draw, share))
    return chosen(draw.chance(n, 0.38 / 0.58), hints(chroma, draw), missing)

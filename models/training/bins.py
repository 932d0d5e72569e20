"""Chroma as a distribution: a grid of (Cb, Cr) nodes, dense near neutral where most colour and the eye's sensitivity lie.

A colour is encoded with the four nodes around it, bilinearly, so the distribution's mean gives back the colour exactly.
"""

import numpy as np
import torch

from .data import Stills, to_tensors

_POSITIVE = [0.02, 0.045, 0.075, 0.11, 0.15, 0.20, 0.26, 0.34, 0.5]
AXIS = torch.tensor([-v for v in reversed(_POSITIVE)] + [0.0] + _POSITIVE)
RARE = 2e-5  # a node that holds less than this share of all pixels is merged into its nearest kept node


def soft_encode(chroma: torch.Tensor, remap: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """[N,2,h,w] -> node indices [N,4,h,w] (of the full grid, or of the kept nodes through `remap`) and weights [N,4,h,w] summing
    to 1.
    """
    axis = AXIS.to(chroma)
    chroma = chroma.clamp(-0.4999, 0.4999).contiguous()
    low = (torch.searchsorted(axis, chroma, right=True) - 1).clamp(0, len(axis) - 2)
    t = (chroma - axis[low]) / (axis[low + 1] - axis[low])
    (b, r), (tb, tr) = low.unbind(1), t.unbind(1)
    n = len(axis)
    index = torch.stack([b * n + r, b * n + r + 1, (b + 1) * n + r, (b + 1) * n + r + 1], 1)
    weight = torch.stack([(1 - tb) * (1 - tr), (1 - tb) * tr, tb * (1 - tr), tb * tr], 1)
    return (index if remap is None else remap[index]), weight


def count_nodes(stills: Stills, pictures: int = 3000) -> dict[str, torch.Tensor]:
    """Looks at `pictures` training pictures: which nodes are kept (`nodes` [Q,2]), how often each occurs (`prior` [Q]), `remap`
    [grid].
    """
    total = torch.zeros(len(AXIS) ** 2)
    for i in np.linspace(0, len(stills) - 1, pictures).astype(int):
        _, chroma = to_tensors([stills.square(int(i), 96)])
        index, weight = soft_encode(torch.nn.functional.avg_pool2d(chroma, 4))
        total.index_add_(0, index.flatten(), weight.flatten())
    total /= total.sum()
    grid = torch.cartesian_prod(AXIS, AXIS)
    kept = torch.nonzero(total > RARE).flatten()
    remap = torch.cdist(grid, grid[kept]).argmin(1)
    prior = torch.zeros(len(kept)).index_add_(0, remap, total)
    return {"nodes": grid[kept], "prior": prior / prior.sum(), "remap": remap}

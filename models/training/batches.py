"""One training batch from (seed, step) alone, made on the device that trains: the same numbers whether the run was resumed or
not.
"""

import torch
import torch.nn.functional as F

from . import degrade
from .color import rgb_to_ycbcr
from .data import Stills
from .draw import Draw
from .network import smooth_grain

APART = 1 / 8  # of a window's side, how far two windows of a crop lie apart at most
AGED = 0.5  # share of crops that are old film, the same in both views
OTHER_STOCK = 0.2  # share whose luma is what a stock of another colour sensitivity would see
RELIT = 0.7  # share of crops whose two views have a light and a grain of their own; the others differ by the window alone
ENLARGED = 0.5  # share of steps whose crops are sampled at half the size and enlarged, as small pictures are when they are shown


class Crops:
    """The training pictures on a device, cropped at random: 25..100 % of the area, sides up to 4:3, flipped half the time."""

    def __init__(self, stills: Stills, device: torch.device | str):
        self.stills, self.device = stills, device

    def rgb(self, draw: Draw, count: int, size: int) -> torch.Tensor:
        """-> R'G'B' [count,3,size,size], 0..1."""
        out = []
        for number in draw.host.integers(0, len(self.stills), count):
            pixels = self.stills.pixels_of(int(number))
            height, width = pixels.shape[:2]
            area, ratio = width * height * draw.host.uniform(0.25, 1.0), (4 / 3) ** draw.host.uniform(-1, 1)
            wide, high = min(width, round((area * ratio) ** 0.5)), min(height, round((area / ratio) ** 0.5))
            left, top = draw.host.integers(0, width - wide + 1), draw.host.integers(0, height - high + 1)
            crop = torch.from_numpy(pixels[top : top + high, left : left + wide]).to(self.device).permute(2, 0, 1)[None].float()
            crop = F.interpolate(crop, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
            out.append(crop.flip(3) if draw.host.uniform() < 0.5 else crop)
        return torch.cat(out) / 255

    def aged(self, draw: Draw, count: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Some of them on old film -> luma [count,1,size,size], true chroma [count,2,size,size]."""
        rgb = self.rgb(draw, count, size)
        luma, chroma = rgb_to_ycbcr(rgb)
        luma = torch.where(draw.chance(count, OTHER_STOCK), degrade.film_response(rgb, draw), luma)
        return torch.where(draw.chance(count, AGED), degrade.degrade(luma, draw), luma), chroma


def cut(planes: torch.Tensor, corners: torch.Tensor, size: int) -> torch.Tensor:
    """[N,C,H,W] and corners [N,2] of (top, left) -> [N,C,size,size]; beyond a border its own cells again."""
    steps = torch.arange(size, device=planes.device)
    rows, columns = ((corners[:, k, None] + steps).clamp(0, planes.shape[2 + k] - 1) for k in range(2))
    pictures, channels = (torch.arange(k, device=planes.device) for k in planes.shape[:2])
    return planes[pictures[:, None, None, None], channels[:, None, None], rows[:, None, :, None], columns[:, None, None, :]]


def batch(crops: Crops, draw: Draw, count: int, size: int, views: int):
    """`count` crops as the network is shown them, `views` (1 or 2) windows each.

    -> luma [views*count,1,size,size], true chroma [...,2,...], corners [views*count,2] of (top, left); rows k and k + count are
    of one crop.
    """
    times = 2 if draw.host.uniform() < ENLARGED else 1
    seen, margin = size // times, int(size // times * APART) if views == 2 else 0
    luma, chroma = crops.aged(draw, count, seen + margin)
    corners = draw.integers(2 * views * count, 0, margin + 1).view(views * count, 2)
    luma, chroma = cut(luma.repeat(views, 1, 1, 1), corners, seen), cut(chroma.repeat(views, 1, 1, 1), corners, seen)
    if views == 2:
        luma = torch.where(draw.chance(count, RELIT).repeat(2, 1, 1, 1), degrade.relit(luma, draw), luma)
    luma = smooth_grain(luma)
    if times == 2:
        luma = F.interpolate(luma, scale_factor=2.0, mode="bicubic").clamp(0, 1)
        chroma = F.interpolate(chroma, scale_factor=2.0, mode="bicubic")
    return luma, chroma, corners * times

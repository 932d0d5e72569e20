"""One training batch from (seed, step) alone, made on the device that trains: the same numbers whether the run was resumed or not."""
import torch

from . import degrade, masks
from .color import rgb_to_ycbcr
from .data import Stills
from .draw import Draw

APART = 1 / 8       # of a window's side, how far two windows of a crop lie apart at most
AGED = 0.35         # share of crops that are old film, the same in both views
OTHER_STOCK = 0.1   # share whose luma is what a stock of another colour sensitivity would see
RELIT = 0.5         # share of crops whose two views have a light and a grain of their own; the others differ by the window alone


class Crops:
    """The training pictures on a device, cropped at random: 25..100 % of the area, sides up to 4:3, flipped half the time."""

    def __init__(self, stills: Stills, device: torch.device | str):
        self.pixels = torch.from_numpy(stills.pixels).to(device)
        self.index = torch.from_numpy(stills.index).to(device)

    def rgb(self, draw: Draw, count: int, size: int) -> torch.Tensor:
        """-> R'G'B' [count,3,size,size], 0..1."""
        picked = self.index[draw.integers(count, 0, len(self.index)).flatten()]
        offset, height, width, _ = picked[:, :, None, None, None].unbind(1)
        area = width * height * draw.uniform(count, 0.25, 1.0)
        ratio = (4 / 3) ** draw.uniform(count, -1, 1)
        wide, high = torch.minimum(width, (area * ratio).sqrt()), torch.minimum(height, (area / ratio).sqrt())
        left, top = draw.uniform(count) * (width - wide), draw.uniform(count) * (height - high)
        steps = (torch.arange(size, device=self.pixels.device) + 0.5) / size
        x = left + wide * torch.where(draw.chance(count, 0.5), steps.flip(0), steps) - 0.5
        y = top + high * steps[:, None] - 0.5
        x, y = x.clamp_min(0).minimum(width - 1), y.clamp_min(0).minimum(height - 1)
        x0, y0 = x.long().minimum(width - 2), y.long().minimum(height - 2)
        x, y, channels = x - x0, y - y0, torch.arange(3, device=self.pixels.device)[:, None, None]
        at = lambda dy, dx: self.pixels[offset + ((y0 + dy) * width + x0 + dx) * 3 + channels].float()
        upper, lower = at(0, 0) * (1 - x) + at(0, 1) * x, at(1, 0) * (1 - x) + at(1, 1) * x
        return (upper * (1 - y) + lower * y) / 255

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


def windows(crops: Crops, draw: Draw, count: int, size: int):
    """`count` crops, two views each -> luma [2*count,1,size,size], true chroma [2*count,2,...], corners [2*count,2] of (top, left);
    views k and k + count are of one crop."""
    margin = int(size * APART)
    luma, chroma = crops.aged(draw, count, size + margin)
    corners = draw.integers(4 * count, 0, margin + 1).view(2 * count, 2)
    luma, chroma = cut(luma.repeat(2, 1, 1, 1), corners, size), cut(chroma.repeat(2, 1, 1, 1), corners, size)
    return torch.where(draw.chance(count, RELIT).repeat(2, 1, 1, 1), degrade.relit(luma, draw), luma), chroma, corners


def told_crops(crops: Crops, draw: Draw, count: int, size: int):
    """`count` crops of which something is told -> luma, true chroma, known chroma, mask, [count,1|2|2|1,size,size]."""
    luma, chroma = crops.aged(draw, count, size)
    return luma, chroma, *masks.random_told(chroma, draw)

"""The colour network: luma, known chroma and its mask in; a distribution of chroma and a full-size chroma out.

Shapes are [N,C,H,W]; H and W are multiples of STRIDE. Widths: 24 at 1/2, 48 at 1/4, 128 at 1/8, 256 at 1/16 of the size.
Textures are looked for at full size and blurred before they are halved: what a stride would alias, a shifted film would show.
Most arithmetic sits at the coarse levels, where a picture is understood; the fine levels only place edges.
Ordinary operators only (Conv, AveragePool, Resize, MatMul, Softmax): the same graph runs on every execution provider.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

STRIDE = 16
GRAIN = 0.08  # spread of luma, 0..1: what moves less in a 5x5 window is taken for grain and smoothed, what moves more for an edge
USUAL = 0.43  # the squared mean of the square root of luma, averaged over the training pictures
LEVELLED = 0.5  # how far a picture's luma is brought to USUAL: 0 leaves it, 1 hides how light it was
PAIRS = 6  # of block and attention at 1/16
TEXTURES = 16  # filters at full size
CHROMA_GAIN = 4.0  # known chroma is small (spread about 0.07): brought to the range of the luma


def conv(inputs: int, outputs: int, side: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False), nn.BatchNorm2d(outputs))


def calm(luma: torch.Tensor) -> torch.Tensor:
    """Luma without its grain, edges kept: the guided filter with itself as guide (He et al., ECCV 2010)."""
    rows = lambda x: F.avg_pool2d(x, (5, 1), 1, (2, 0), count_include_pad=False)
    box = lambda *planes: F.avg_pool2d(rows(torch.cat(planes, 1)), (1, 5), 1, (0, 2), count_include_pad=False).split(1, 1)
    mean, square = box(luma, luma * luma)
    variance = (square - mean * mean).clamp_min(0)
    slope = variance / (variance + GRAIN * GRAIN)
    slope, offset = box(slope, mean * (1 - slope))
    return slope * luma + offset


def level(luma: torch.Tensor) -> torch.Tensor:
    """Luma nearer to a usual exposure, so that a lighter print of the same scene gets the same colour; may exceed 1."""
    exposure = luma.clamp_min(0).sqrt().mean((2, 3), keepdim=True).square()
    return luma * (USUAL / exposure.clamp_min(0.01)) ** LEVELLED


def soften(x: torch.Tensor) -> torch.Tensor:
    """A (1, 2, 1) blur: nothing is left at the grid's Nyquist frequency, half at half of it, where a stride of two begins to alias."""
    return F.avg_pool2d(F.avg_pool2d(x, 2, 1, 1, count_include_pad=False), 2, 1)


def halve(x: torch.Tensor) -> torch.Tensor:
    """Half size through a 3-wide and a 4-wide box: next to nothing is left beyond the new Nyquist frequency, so that a shifted film
    does not shimmer."""
    return F.avg_pool2d(F.avg_pool2d(x, 3, 1, 1, count_include_pad=False), 4, 2, 1, count_include_pad=False)


def double(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def double_smoothly(x: torch.Tensor) -> torch.Tensor:
    """`double` after a (1, 2, 1) blur: a pattern at the coarse grid's own Nyquist frequency would stay with the grid, not the film."""
    return double(soften(x))


def join(parts: list, layer: nn.Sequential) -> torch.Tensor:
    """Channels side by side for `layer`; the last part, the smallest, is filled up with zeros where the convolution takes more."""
    missing = layer[0].in_channels - sum(part.shape[1] for part in parts)
    return torch.cat(parts[:-1] + [F.pad(parts[-1], (0, 0, 0, 0, 0, missing)) if missing else parts[-1]], 1)


class Block(nn.Module):
    """Residual pair of 3x3 convolutions."""

    def __init__(self, width: int):
        super().__init__()
        self.first, self.second = conv(width, width), conv(width, width)
        nn.init.zeros_(self.second[1].weight)  # starts as the identity

    def forward(self, x):
        return F.relu(x + self.second(F.relu(self.first(x))))


class Attention(nn.Module):
    """Every 1/16 cell looks at every other: sky agrees with sky, and a hint reaches all of its object.

    While training, a `hidden` share of the cells is not looked at, so that no answer hangs on one of them (DropKey, Li et al., CVPR 2023).
    """

    hidden = 0.0

    def __init__(self, width: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm = nn.BatchNorm2d(width)  # not LayerNorm: it folds into a scale and runs everywhere
        self.qkv = nn.Conv2d(width, 3 * width, 1)
        self.out = conv(width, width, 1)
        nn.init.zeros_(self.out[1].weight)

    def forward(self, x):
        n, c, h, w = x.shape
        qkv = self.qkv(self.norm(x)).reshape(n, 3 * self.heads, c // self.heads, h * w)
        q, k, v = qkv.split(self.heads, 1)  # each [N, heads, c/heads, cells]
        scores = torch.matmul(q.transpose(2, 3), k) * (c // self.heads) ** -0.5
        if self.training and self.hidden:
            scores = scores.masked_fill(torch.rand(n, 1, 1, h * w, device=x.device) < self.hidden, -1e4)
        mixed = torch.matmul(v, scores.softmax(-1).transpose(2, 3))
        return x + self.out(mixed.reshape(n, c, h, w))


class ColorNet(nn.Module):
    """`nodes` [Q,2] and `prior` [Q] come from bins.count_nodes."""

    def __init__(self, nodes: torch.Tensor, prior: torch.Tensor):
        super().__init__()
        self.register_buffer("nodes", nodes)
        self.register_buffer("prior", prior)
        self.stem = conv(4, 24, 5, 2)
        self.texture, self.from_texture = conv(1, TEXTURES), conv(TEXTURES, 24, 1)
        nn.init.zeros_(self.from_texture[1].weight)
        self.quarter = nn.Sequential(conv(24 + 3, 48), nn.ReLU(), Block(48))
        self.eighth = nn.Sequential(conv(48 + 3, 128), nn.ReLU(), *[Block(128) for _ in range(4)])
        self.sixteenth = nn.Sequential(conv(128 + 3, 256), nn.ReLU(), *[layer(256) for _ in range(PAIRS) for layer in (Block, Attention)])
        self.to_eighth, self.up_eighth = conv(256, 128, 1), Block(128)
        self.to_quarter, self.up_quarter = conv(128, 48, 1), Block(48)
        self.head = nn.Conv2d(48, len(nodes), 1)
        self.to_half = conv(48, 16, 1)
        self.refine = nn.Sequential(conv(24 + 16 + 2, 16), nn.ReLU(), nn.Conv2d(16, 2, 3, 1, 1))
        with torch.no_grad():
            self.head.weight.mul_(0.1)
            self.head.bias.copy_(prior.clamp_min(1e-6).log())  # starts by guessing what is common
            self.refine[-1].weight.zero_(), self.refine[-1].bias.zero_()

    @staticmethod
    def known_at(scale: int, chroma, mask):
        """Mean known chroma of each cell and the share of it that is known: [N,3,H/scale,W/scale]."""
        share = F.avg_pool2d(mask, scale)
        mean = F.avg_pool2d(chroma, scale) / share.clamp_min(1e-4)
        return torch.cat([mean * CHROMA_GAIN, share], 1)

    def moments(self, logits):
        """Mean [N,2,h,w] and mean square [N,1,h,w] of softmax(logits), as exponentials and one 1x1 convolution: a softmax over
        channels would be turned round in memory twice by a runtime that keeps channels apart. Clamped: e^60 is far from overflow."""
        readout = torch.cat([self.nodes, self.nodes.square().sum(1, keepdim=True), torch.ones_like(self.nodes[:, :1])], 1).t()
        with torch.autocast(logits.device.type, enabled=False):  # quotients of sums over all nodes: half precision would flicker
            sums = F.conv2d(logits.float().clamp(-60, 60).exp(), readout[:, :, None, None])
        mean, square, total = sums.split([2, 1, 1], 1)
        return mean / total, square / total

    def forward(self, luma, chroma, mask, temperature: float = 1.0):
        """-> logits [N,Q,H/4,W/4]; moments [N,3,H/4,W/4] (mean Cb, mean Cr, variance of the distribution); prediction [N,2,H,W].

        The prediction does not yet hold the known chroma itself: that is copied in by the graph that is shipped.
        """
        chroma, luma = chroma * mask, level(calm(calm(luma))) * 2 - 1
        textures = self.from_texture(halve(F.relu(self.texture(luma))))
        half = F.relu(textures + self.stem(torch.cat([soften(soften(luma)), chroma * CHROMA_GAIN, mask], 1)))
        quarter = self.quarter(join([halve(half), self.known_at(4, chroma, mask)], self.quarter[0]))
        eighth = self.eighth(join([halve(quarter), self.known_at(8, chroma, mask)], self.eighth[0]))
        x = self.sixteenth(join([halve(eighth), self.known_at(16, chroma, mask)], self.sixteenth[0]))
        x = self.up_eighth(F.relu(eighth + double_smoothly(self.to_eighth(x))))
        x = self.up_quarter(F.relu(quarter + double_smoothly(self.to_quarter(x))))
        logits = self.head(x)
        mean, square = self.moments(logits / temperature)
        variance = (square - mean.square().sum(1, keepdim=True)).clamp_min(0)
        base = double(mean)
        detail = self.refine(join([half, double(self.to_half(x)), base * CHROMA_GAIN], self.refine[0]))
        return logits, torch.cat([mean, variance], 1), double(base + detail / CHROMA_GAIN)

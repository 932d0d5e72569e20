"""The colour network: luma in; a distribution of chroma and a full-size chroma out.

A pretrained encoder says what is in the picture; a decoder over five scales says which colour that has, and refines where.
Shapes are [N,C,H,W]; H and W are multiples of STRIDE. Known chroma is none of its concern: see known.py.
Ordinary operators only (Conv, AveragePool, Resize, MatMul, Softmax): the same graph runs on every execution provider.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .encoder import Encoder

STRIDE = 32
USUAL = 0.43  # the squared mean of the square root of luma, averaged over the training pictures
LEVELLED = 0.5  # how far a picture's luma is brought to USUAL: 0 leaves it, 1 hides how light it was
WIDTHS = {2: 16, 4: 48, 8: 96, 16: 192, 32: 256}  # of the decoder, by scale
QUERIES, QUERY_WIDTH = 24, 192
FEATURES = 32  # numbers that say what a 1/16 cell shows
# Spreads of luma, 0..1, one for each pass: what varies less in a 5x5 window is smoothed as grain, more is kept as texture.
GRAIN = (0.05, 0.1)
CHROMA_GAIN = 4.0  # chroma is small (spread about 0.07): brought to the range of the features


def conv(inputs: int, outputs: int, side: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False), nn.BatchNorm2d(outputs))


def smooth_grain(luma: torch.Tensor) -> torch.Tensor:
    """Luma with its grain smoothed and its edges kept: the guided filter with itself as guide (He et al., ECCV 2010), once for
    each of GRAIN. Before any enlargement.
    """

    def box(plane):
        return F.avg_pool2d(
            F.avg_pool2d(plane, (5, 1), 1, (2, 0), count_include_pad=False), (1, 5), 1, (0, 2), count_include_pad=False
        )

    for grain in GRAIN:
        mean = box(luma)
        variance = (box(luma * luma) - mean * mean).clamp_min(0)
        slope = variance / (variance + grain * grain)
        luma = box(slope) * luma + box(mean * (1 - slope))
    return luma


def level(luma: torch.Tensor) -> torch.Tensor:
    """Luma nearer to a usual exposure, so that a lighter print of the same scene gets the same colour; may exceed 1."""
    exposure = luma.clamp_min(0).sqrt().mean((2, 3), keepdim=True).square()
    return luma * (USUAL / exposure.clamp_min(0.01)) ** LEVELLED


def unit(x: torch.Tensor) -> torch.Tensor:
    """[N,C,h,w], each cell's vector brought to length 1."""
    return x / x.square().sum(1, keepdim=True).sqrt().clamp_min(1e-6)


def soften(x: torch.Tensor) -> torch.Tensor:
    """A (1, 2, 1) blur: nothing is left at the grid's Nyquist frequency."""
    return F.avg_pool2d(F.avg_pool2d(x, 2, 1, 1, count_include_pad=False), 2, 1)


def double(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def double_smoothly(x: torch.Tensor) -> torch.Tensor:
    """`double` after a (1, 2, 1) blur: a pattern at the coarse grid's own Nyquist frequency would stay with the grid, not the
    film.
    """
    return double(soften(x))


class Block(nn.Module):
    """Residual pair of 3x3 convolutions."""

    def __init__(self, width: int):
        super().__init__()
        self.first, self.second = conv(width, width), conv(width, width)
        nn.init.zeros_(self.second[1].weight)  # starts as the identity

    def forward(self, x):
        return F.relu(x + self.second(F.relu(self.first(x))))


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int) -> torch.Tensor:
    """Scaled dot-product attention of q [N,C,a] over k and v [N,C,b] -> [N,C,a]."""
    n, c, a = q.shape
    q, k, v = (x.reshape(n, heads, c // heads, x.shape[2]) for x in (q, k, v))
    scores = torch.matmul(q.transpose(2, 3), k) * (c // heads) ** -0.5
    return torch.matmul(v, scores.softmax(-1).transpose(2, 3)).reshape(n, c, a)


class Attention(nn.Module):
    """Self-attention over all cells: sky agrees with sky, and a hint reaches all of its object."""

    def __init__(self, width: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm = nn.BatchNorm2d(width)  # not LayerNorm: it folds into a scale and runs everywhere
        self.qkv = nn.Conv2d(width, 3 * width, 1)
        self.out = conv(width, width, 1)
        nn.init.zeros_(self.out[1].weight)

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).flatten(2).chunk(3, 1)
        return x + self.out(attend(q, k, v, self.heads).reshape(x.shape))


class QueryLayer(nn.Module):
    """Colour queries look at one scale, then at one another (Kang et al., DDColor, ICCV 2023). Queries are
    [N,QUERY_WIDTH,QUERIES,1].
    """

    def __init__(self, width: int, heads: int = 4):
        super().__init__()
        self.heads, size = heads, QUERY_WIDTH
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) for _ in range(3))
        self.norm_features = nn.BatchNorm2d(width)
        self.query, self.features, self.cross = nn.Conv2d(size, size, 1), nn.Conv2d(width, 2 * size, 1), nn.Conv2d(size, size, 1)
        self.qkv, self.own = nn.Conv2d(size, 3 * size, 1), nn.Conv2d(size, size, 1)
        self.wide, self.narrow = nn.Conv2d(size, 2 * size, 1), nn.Conv2d(2 * size, size, 1)
        for layer in (self.cross, self.own, self.narrow):
            nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)

    def forward(self, queries, features):
        k, v = self.features(self.norm_features(features)).flatten(2).chunk(2, 1)
        q = self.query(self.norms[0](queries)).flatten(2)
        queries = queries + self.cross(attend(q, k, v, self.heads)[..., None])
        q, k, v = self.qkv(self.norms[1](queries)).flatten(2).chunk(3, 1)
        queries = queries + self.own(attend(q, k, v, self.heads)[..., None])
        return queries + self.narrow(F.relu(self.wide(self.norms[2](queries))))


class ColorNet(nn.Module):
    """`nodes` [Q,2] and `prior` [Q] come from bins.count_nodes. `encoder` is used as it is: in evaluation mode, whoever trains
    it.
    """

    def __init__(self, nodes: torch.Tensor, prior: torch.Tensor, encoder: Encoder):
        super().__init__()
        self.register_buffer("nodes", nodes)
        self.register_buffer("prior", prior)
        self.encoder = encoder
        seen = dict(zip(WIDTHS, encoder.widths, strict=False))  # the encoder's width by scale
        self.lateral = nn.ModuleDict({str(s): conv(seen[s], WIDTHS[s], 1) for s in WIDTHS})
        self.up = nn.ModuleDict({str(s): conv(WIDTHS[2 * s] + (QUERIES if s == 4 else 0), WIDTHS[s], 1) for s in (2, 4, 8, 16)})
        layers = {
            32: (Block, Attention, Block, Attention),
            16: (Block, Attention, Block, Attention),
            8: (Block, Block),
            4: (Block,),
        }
        self.layers = nn.ModuleDict(
            {str(s): nn.Sequential(*[layer(WIDTHS[s]) for layer in kinds]) for s, kinds in layers.items()}
        )
        self.queries = nn.Parameter(torch.randn(1, QUERY_WIDTH, QUERIES, 1))
        self.query_layers = nn.ModuleDict({str(s): QueryLayer(WIDTHS[s]) for s in (32, 16, 8)})
        self.query_norm, self.embed = nn.BatchNorm2d(QUERY_WIDTH), nn.Conv2d(QUERY_WIDTH, WIDTHS[8], 1)
        self.head = nn.Conv2d(WIDTHS[8] + QUERIES, len(nodes), 1)
        self.detail = nn.Conv2d(WIDTHS[4], 2, 3, 1, 1)
        self.refine = nn.Sequential(conv(WIDTHS[2] + 2, 16), nn.ReLU(), nn.Conv2d(16, 2, 3, 1, 1))
        # A projection of the encoder's features, set by features.py: training never changes it.
        self.register_buffer("projection", torch.zeros(FEATURES, encoder.widths[3] + encoder.widths[4], 1, 1))
        self.register_buffer("projection_bias", torch.zeros(FEATURES))
        with torch.no_grad():
            self.head.weight.mul_(0.1)
            self.head.bias.copy_(prior.clamp_min(1e-6).log())  # starts by guessing what is common
            for last in (self.detail, self.refine[-1]):
                last.weight.zero_(), last.bias.zero_()

    def train(self, mode: bool = True):
        super().train(mode)
        self.encoder.eval()  # its normalisation keeps ImageNet's statistics
        return self

    def moments(self, logits):
        """Mean [N,2,h,w] and mean square [N,1,h,w] of softmax(logits), as exponentials and one 1x1 convolution: a softmax over
        channels would be turned round in memory twice by a runtime that keeps channels apart. Clamped: e^60 is far from overflow.
        """
        readout = torch.cat([self.nodes, self.nodes.square().sum(1, keepdim=True), torch.ones_like(self.nodes[:, :1])], 1).t()
        with torch.autocast(logits.device.type, enabled=False):  # quotients of sums over all nodes: half precision would flicker
            sums = F.conv2d(logits.float().clamp(-60, 60).exp(), readout[:, :, None, None])
        mean, square, total = sums.split([2, 1, 1], 1)
        return mean / total, square / total

    def encode(self, luma):
        """-> the encoder's maps, 1/2 to 1/32 of the size."""
        return self.encoder(level(luma))

    def describe(self, maps):
        """What each 1/16 cell shows, to be compared by dot product: [N,FEATURES,H/16,W/16], not yet of unit length."""
        return F.conv2d(torch.cat([maps[3], double(maps[4])], 1), self.projection, self.projection_bias)

    def decode(self, maps, temperature: float = 1.0):
        """-> logits [N,Q,H/8,W/8]; moments [N,3,H/8,W/8] (mean Cb, mean Cr, variance of the distribution); prediction [N,2,H,W]."""  # noqa: E501
        x = None
        lateral = {scale: self.lateral[str(scale)](seen) for scale, seen in zip(WIDTHS, maps, strict=False)}
        queries = self.queries.expand(maps[0].shape[0], -1, -1, -1)
        for scale in (32, 16, 8):
            x = lateral[scale] if x is None else lateral[scale] + double_smoothly(self.up[str(scale)](x))
            x = self.layers[str(scale)](F.relu(x))
            queries = self.query_layers[str(scale)](queries, x)
        embedded = self.embed(self.query_norm(queries)).flatten(2)  # [N,C,QUERIES]
        answers = torch.matmul(embedded.transpose(1, 2), x.flatten(2)) * WIDTHS[8] ** -0.5
        x = torch.cat([x, answers.reshape(x.shape[0], QUERIES, *x.shape[2:]).to(x.dtype)], 1)
        logits = self.head(x)
        mean, square = self.moments(logits / temperature)
        variance = (square - mean.square().sum(1, keepdim=True)).clamp_min(0)
        x = self.layers["4"](F.relu(lateral[4] + double_smoothly(self.up["4"](x))))
        base = double(double(mean) + self.detail(x) / CHROMA_GAIN)
        x = F.relu(lateral[2] + double(self.up["2"](x)))
        base = base + self.refine(torch.cat([x, (base * CHROMA_GAIN).to(x.dtype)], 1)) / CHROMA_GAIN
        return logits, torch.cat([mean, variance], 1), double(base)

    def forward(self, luma, temperature: float = 1.0):
        return self.decode(self.encode(luma), temperature)

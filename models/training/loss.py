"""What the network is asked for: the right distribution, the right mean, and the same answer for the same scene."""

import torch
import torch.nn.functional as F

from .batches import cut
from .bins import soft_encode

REBALANCE = 0.25  # rare colours weigh (1/frequency)^this: enough to learn them, too little to bias the mean much
HUES = 24  # bins of the histogram of hues
HUE_WIDTH = 0.05  # of a bin's kernel: 1 - cos of the angle at which it has fallen to 1/e, some 18 degrees
REGRESSION = 40.0  # brings squared chroma error (about 0.01) beside the cross-entropy (about 3)


def node_weights(prior: torch.Tensor) -> torch.Tensor:
    """[Q] weights whose mean over the data is 1."""
    weight = (prior + 1e-4) ** -REBALANCE
    return weight / (weight * prior).sum()


def distribution_loss(logits, chroma, remap, weights):
    """Cross-entropy with soft-encoded chroma at 1/8 size. chroma [N,2,H,W]."""
    index, share = soft_encode(F.avg_pool2d(chroma, 8), remap)
    log_p = logits.gather(1, index) - logits.logsumexp(1, keepdim=True)
    return ((share * weights[index]).sum(1) * -(share * log_p).sum(1)).mean()


def regression_loss(prediction, chroma):
    """Squared error, linear beyond 0.2 so that one wrong toy does not own the step."""
    return (
        REGRESSION * 2 * 0.4 * F.smooth_l1_loss(prediction, chroma, beta=0.2)
    )  # summed over both channels: 0.4 makes it the squared error below beta


def hue_histogram(chroma: torch.Tensor) -> torch.Tensor:
    """[HUES] shares of all chroma [N,2,H,W] by hue, each place weighted by how strong its chroma is, with overlapping bins."""
    angle = torch.arange(HUES, device=chroma.device) * (2 * torch.pi / HUES)
    direction = torch.stack([angle.cos(), angle.sin()], 1)[:, :, None, None]
    strength = (chroma.square().sum(1, keepdim=True) + 1e-6).sqrt()
    near = ((F.conv2d(chroma, direction) / strength - 1) / HUE_WIDTH).exp()
    shares = (near / near.sum(1, keepdim=True) * strength).sum((0, 2, 3))
    return shares / shares.sum()


def hue_loss(chroma: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence of the batch's hues from the truth's, both [N,2,H,W], looked at in 1/8 of the size.

    The mean of several likely colours is orange more often than any photograph is: each answer may be near the truth and all
    together a sepia cast. Which place takes the rarer hue is left to the other losses.
    """
    answered, wanted = (hue_histogram(F.avg_pool2d(each, 8)) + 1e-4 for each in (chroma, true))
    return (wanted * (wanted / answered).log()).sum()


def steadiness_loss(chroma: torch.Tensor, corners: torch.Tensor) -> torch.Tensor:
    """Mean |change| of chroma [2*N,2,S,S] between the two views of each crop, as a share of the spread about the batch's mean
    colour.

    View k lies at corners[k] (top, left) of its crop, view k + N is of the same one. A share: the plain change would make colours
    dull, a share of chroma's size would make one cast over everything. Absolute: a squared loss leaves the many small changes
    that are flicker.
    """
    half, size = len(chroma) // 2, chroma.shape[-1]
    first, second = chroma[:half], chroma[half:]
    steps = torch.arange(size, device=chroma.device)
    moved = corners[:half] - corners[half:]
    rows, columns = steps + moved[:, 0, None], steps + moved[:, 1, None]  # where the second view holds what the first one sees

    def inside(at):
        return (at >= 0) & (at < size)

    seen = (inside(rows)[:, None, :, None] & inside(columns)[:, None, None, :]).float()
    change = ((first - cut(second, moved, size)).abs() * seen).sum((1, 2, 3)) / (2 * seen.sum((1, 2, 3)))
    return change.mean() / (chroma - chroma.mean((0, 2, 3), keepdim=True)).abs().mean()

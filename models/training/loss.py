"""What the network is asked for: the right distribution, the right mean, and the same answer for the same scene."""
import torch
import torch.nn.functional as F

from .bins import soft_encode

REBALANCE = 0.25      # rare colours weigh (1/frequency)^this: enough to learn them, too little to bias the mean much
KNOWN_WEIGHT = 0.1    # where chroma is given the answer is copied anyway; it only keeps the prediction consistent with it
STEADINESS = 20.0     # absolute difference of two views (about 0.006) becomes about half of the squared-error term
REGRESSION = 40.0     # brings squared chroma error (about 0.01) beside the cross-entropy (about 3)


def node_weights(prior: torch.Tensor) -> torch.Tensor:
    """[Q] weights whose mean over the data is 1."""
    weight = (prior + 1e-4) ** -REBALANCE
    return weight / (weight * prior).sum()


def distribution_loss(logits, chroma, mask, remap, weights):
    """Cross-entropy with soft-encoded chroma at 1/4 size. chroma [N,2,H,W], mask [N,1,H,W]."""
    index, share = soft_encode(F.avg_pool2d(chroma, 4), remap)
    log_p = logits.log_softmax(1).gather(1, index)
    pixel = (share * weights[index]).sum(1) * -(share * log_p).sum(1)
    importance = 1 - (1 - KNOWN_WEIGHT) * F.avg_pool2d(mask, 4)[:, 0]
    return (pixel * importance).sum() / importance.sum()


def regression_loss(prediction, chroma, mask):
    """Squared error, linear beyond 0.2 so that one wrong toy does not own the step."""
    importance = 1 - (1 - KNOWN_WEIGHT) * mask
    error = F.smooth_l1_loss(prediction, chroma, reduction="none", beta=0.2) * 0.4  # = squared error below beta
    return REGRESSION * (error * importance).sum() / importance.sum()


def steadiness_loss(first, second, shift):
    """Mean absolute difference of two views' predictions where they overlap; view two starts `shift` = (dy, dx) px further on.

    Absolute, not squared: the many small changes are what a viewer sees as flicker, and a squared loss leaves them.
    """
    total = 0.0
    for a, b, (dy, dx) in zip(first, second, shift):
        h, w = a.shape[1:]
        a = a[:, max(dy, 0):h + min(dy, 0), max(dx, 0):w + min(dx, 0)]
        b = b[:, max(-dy, 0):h + min(-dy, 0), max(-dx, 0):w + min(-dx, 0)]
        total = total + (a - b).abs().mean()
    return STEADINESS * total / max(len(shift), 1)

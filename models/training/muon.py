"""Muon for the convolution matrices (momentum, orthogonalised), AdamW for the rest: about a third fewer samples than AdamW alone.

Keller Jordan's method, with the update scaled to AdamW's size so that one learning rate serves both.
"""

from collections import defaultdict

import torch

NEWTON_STEPS = 4  # the update only has to be roughly orthogonal; five cost more than they bring at this size


def orthogonalise(g: torch.Tensor) -> torch.Tensor:
    """[K,rows,columns] -> the nearest (roughly) orthogonal matrices, by a quintic Newton-Schulz iteration."""
    tall = g.shape[1] > g.shape[2]
    x = g.mT if tall else g
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(NEWTON_STEPS):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.mT if tall else x).to(g.dtype)


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.05):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alike = defaultdict(list)  # of one shape: on a GPU the start of a small product takes longer than the product
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].mul_(group["momentum"]).add_(p.grad)
                update = p.grad.add(state["momentum"], alpha=group["momentum"]).reshape(p.shape[0], -1)
                alike[update.shape].append((p, update))
            for shape, members in alike.items():
                turned = orthogonalise(torch.stack([update for _, update in members])) * 0.2 * max(shape) ** 0.5
                for (p, _), update in zip(members, turned, strict=False):
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update.view(p.shape), alpha=-group["lr"])


def optimizers(model: torch.nn.Module, lr: float, encoder_lr: float) -> list[torch.optim.Optimizer]:
    """Matrices with at least 48 rows and columns go to Muon; heads, scales and offsets to AdamW, and so does the encoder at a
    rate of its own. A group's "scale" times the run's learning rate is its learning rate. At 0 the encoder is left as it is.
    """
    matrices, rest, encoder = [], [], []
    for name, p in model.named_parameters():
        inner = p.dim() == 4 and min(p.shape[0], p[0].numel()) >= 48 and not name.startswith(("head", "queries"))
        (encoder if name.startswith("encoder.") else matrices if inner else rest).append(p)
    for p in encoder:
        p.requires_grad_(encoder_lr > 0)
    groups = [{"params": rest, "scale": 1.0}] + ([{"params": encoder, "scale": encoder_lr / lr}] if encoder_lr else [])
    muon = Muon(matrices, lr)
    muon.param_groups[0]["scale"] = 1.0
    return [muon, torch.optim.AdamW(groups, lr, betas=(0.9, 0.98), weight_decay=0.0)]

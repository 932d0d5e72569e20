"""Random numbers of one step, on the device that computes it: the same whether a run was stopped and resumed or not."""

import numpy as np
import torch


class Draw:
    """Draws from (seed, step) alone. Tensors are [count,1,1,1], one number for each picture of a batch, unless a shape is given.

    `host` draws what a whole batch has in common, such as a size: it is known without waiting for the device.
    """

    def __init__(self, device: torch.device | str, *seeds: int):
        self.device, self.host = torch.device(device), np.random.default_rng(seeds)
        self.generator = torch.Generator(self.device).manual_seed(int(self.host.integers(2**62)))

    def uniform(self, count: int, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=self.generator, device=self.device)

    def integers(self, count: int, low: int, end: int) -> torch.Tensor:
        """int64, `end` itself never."""
        return torch.randint(low, end, (count, 1, 1, 1), generator=self.generator, device=self.device)

    def chance(self, count: int, share: float | torch.Tensor) -> torch.Tensor:
        """True for that share of the pictures."""
        return self.uniform(count) < share

    def normal(self, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=self.generator, device=self.device)

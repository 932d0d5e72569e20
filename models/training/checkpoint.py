"""A training run on disk: network, its moving average, optimisers, counters and the chroma nodes; written whole or not at all."""

import copy
import os
from dataclasses import dataclass, field
from pathlib import Path

import torch

from .encoder import pretrained
from .network import ColorNet

LARGE = 2000  # numbers; statistics, nodes and frequencies have fewer and stay exact


@dataclass
class State:
    """`average` is what is exported. `optimizers` holds optimisers while training and their stored dicts after load."""

    model: ColorNet
    average: ColorNet
    remap: torch.Tensor
    step: int = 0
    samples: int = 0
    optimizers: list = field(default_factory=list)


def new_state(nodes: dict[str, torch.Tensor], device: str) -> State:
    model = ColorNet(nodes["nodes"], nodes["prior"], pretrained()).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(model).eval().requires_grad_(False)
    return State(model, average, nodes["remap"].to(device))


def save(state: State, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(
        {
            "model": state.model.state_dict(),
            "average": state.average.state_dict(),
            "remap": state.remap,
            "step": state.step,
            "samples": state.samples,
            "optimizers": [o if isinstance(o, dict) else o.state_dict() for o in state.optimizers],
        },
        part,
    )
    with open(part, "rb") as stored:
        os.fsync(stored.fileno())
    part.replace(path)


def save_small(state: State, path: Path) -> None:
    """The average alone, its large tensors as fp16: enough to export from and to resume from (the optimisers warm up again).

    Of the encoder, only what training changed: the package has the rest.
    """
    given = {f"encoder.{key}": value for key, value in pretrained().state_dict().items()}
    changed = {k: v for k, v in state.average.state_dict().items() if k not in given or not torch.equal(v.cpu(), given[k])}
    half = {k: v.half() if v.is_floating_point() and v.numel() > LARGE else v for k, v in changed.items()}
    torch.save({"average": half, "remap": state.remap, "step": state.step, "samples": state.samples}, path)


def fill(network: ColorNet, stored: dict[str, torch.Tensor]) -> None:
    """The encoder's weights and the projection to features may be absent; any other difference raises ValueError."""
    missing, foreign = network.load_state_dict(stored, strict=False)
    torn = foreign + [name for name in missing if not name.startswith(("encoder.", "projection"))]
    if torn:
        raise ValueError(f"Expected a checkpoint of this network, received one that differs in {', '.join(torn)}.")


def load(path: Path, device: str = "cpu") -> State:
    stored = torch.load(path, map_location=device, weights_only=True)
    average = {k: v.float() if v.is_floating_point() else v for k, v in stored["average"].items()}
    state = new_state({"nodes": average["nodes"], "prior": average["prior"], "remap": stored["remap"]}, device)
    fill(state.average, average)
    fill(state.model, stored.get("model", state.average.state_dict()))
    state.step, state.samples, state.optimizers = stored["step"], stored["samples"], stored.get("optimizers", [])
    return state

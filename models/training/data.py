"""The stills: tar shards of pictures decoded once into one flat uint8 file, then read at random.

The cache is `pixels.u8` (all pictures, R'G'B' interleaved, row after row) and `index.npy` [pictures, 4] of int64
(offset in bytes, height, width, shard). It is data: it stays outside the repository.
"""

import argparse
import io
import re
import tarfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .color import rgb_to_ycbcr

VALIDATION_SHARD = 7  # never trained on, never tuned on
TUNING = {6: 600, 11: 300}  # shard: how many of its last pictures are kept out of training, for the settings tuned after it


def build_cache(shards: list[Path], cache: Path) -> None:
    """Decodes the shards (their number is the last number in the file's name) into `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    rows, offset = [], 0
    with open(cache / "pixels.part", "wb") as out:
        for path in sorted(shards):
            shard = int(re.findall(r"\d+", path.stem)[-1])
            with tarfile.open(path) as tar:
                for member in tar:
                    if not member.isfile():
                        continue
                    with Image.open(io.BytesIO(tar.extractfile(member).read())) as picture:
                        pixels = np.asarray(picture.convert("RGB"))
                    out.write(pixels.tobytes())
                    rows.append((offset, pixels.shape[0], pixels.shape[1], shard))
                    offset += pixels.size
    np.save(cache / "index.npy", np.array(rows, np.int64))
    (cache / "pixels.part").rename(cache / "pixels.u8")


class Stills:
    """Read-only view of the cache. `part` is "train", "tune" (small pictures), "tune-people" (larger ones) or "validate"; they
    share none.
    """

    def __init__(self, cache: Path, part: str):
        index = np.load(Path(cache) / "index.npy")
        shard = index[:, 3]
        tuning = np.zeros(len(index), bool)
        for number, count in TUNING.items():
            tuning[np.flatnonzero(shard == number)[-count:]] = True
        keep = {
            "train": (shard != VALIDATION_SHARD) & ~tuning,
            "tune": tuning & (shard == 6),
            "tune-people": tuning & (shard == 11),
            "validate": shard == VALIDATION_SHARD,
        }[part]
        self.index = index[keep]
        self.pixels = np.memmap(Path(cache) / "pixels.u8", np.uint8, "c")  # a private view: torch takes no read-only one

    def __len__(self) -> int:
        return len(self.index)

    def pixels_of(self, i: int) -> np.ndarray:
        """[height,width,3] uint8."""
        offset, height, width, _ = self.index[i]
        return np.asarray(self.pixels[offset : offset + height * width * 3]).reshape(height, width, 3)

    def picture(self, i: int) -> Image.Image:
        return Image.fromarray(self.pixels_of(i))

    def square(self, i: int, size: int) -> np.ndarray:
        """The largest centred square, resized: [size,size,3] uint8. What every measurement looks at."""
        picture = self.picture(i)
        side = min(picture.size)
        left, top = (picture.width - side) / 2, (picture.height - side) / 2
        return np.asarray(picture.resize((size, size), Image.BICUBIC, (left, top, left + side, top + side)))


def to_rgb(pixels: list[np.ndarray]) -> torch.Tensor:
    """Equal-sized [H,W,3] uint8 pictures -> [N,3,H,W] float32 R'G'B' 0..1."""
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous().float() / 255


def to_tensors(pixels: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    """Equal-sized [H,W,3] uint8 pictures -> luma [N,1,H,W] 0..1 and chroma [N,2,H,W] -0.5..0.5."""
    return rgb_to_ycbcr(to_rgb(pixels))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Decode tar shards of pictures into a training cache.")
    parser.add_argument("--stills", type=Path, required=True, help="folder with the stills-*.tar shards")
    parser.add_argument("--cache", type=Path, required=True, help="folder to write, outside the repository")
    args = parser.parse_args()
    build_cache(list(args.stills.glob("*.tar")), args.cache)
    print({part: len(Stills(args.cache, part)) for part in ("train", "tune", "tune-people", "validate")})

"""BT.709 R'G'B' <-> Y'CbCr, full range, the one colour space of this package.

R, G, B and Y' run 0..1; Cb and Cr run -0.5..0.5 (0 is neutral). Nothing here is linear light: film luma is a coded value and
the product adds chroma to that coded value.
"""

import torch

KR, KB = 0.2126, 0.0722  # ITU-R BT.709
KG = 1.0 - KR - KB


def rgb_to_ycbcr(rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """[N,3,H,W] 0..1 -> luma [N,1,H,W] 0..1 and chroma [N,2,H,W] (Cb, Cr) -0.5..0.5."""
    r, g, b = rgb[:, 0:1], rgb[:, 1:2], rgb[:, 2:3]
    y = KR * r + KG * g + KB * b
    return y, torch.cat([(b - y) / (2 * (1 - KB)), (r - y) / (2 * (1 - KR))], 1)


def ycbcr_to_rgb(luma: torch.Tensor, chroma: torch.Tensor) -> torch.Tensor:
    """Inverse of rgb_to_ycbcr, clipped to 0..1 (the only place where colour outside the RGB gamut is cut)."""
    cb, cr = chroma[:, 0:1], chroma[:, 1:2]
    r = luma + 2 * (1 - KR) * cr
    b = luma + 2 * (1 - KB) * cb
    g = (luma - KR * r - KB * b) / KG
    return torch.cat([r, g, b], 1).clamp(0, 1)

#!/usr/bin/env python3
"""Look at the colour of a film that has no truth: a contact sheet and a strip of chroma over time.

usage: look.py RESULT OUT.png [--rows 4] [--columns 4] The sheet shows pictures evenly spread over RESULT. Below it, one column
per frame: the chroma (at one middle luma) of the vertical line through the picture's middle, then of the horizontal one, and the
mean saturation as a curve. Pumping at keyframes stands there as vertical bands at even distance, colour left behind as streaks
that do not end with the edge that dragged them, gray holes as gray gaps. Prints how much saturation changes from frame to frame,
at most and on average, in 8-bit levels. Needs numpy, OpenCV and ffmpeg.
"""

import argparse
import json
import subprocess

import cv2
import numpy as np

MIDDLE = 128.0  # luma at which chroma is shown in the strips
BOOST = 1.5  # chroma is shown this much stronger in the strips, so that small changes are seen
SHEET_WIDTH = 1600
STRIP_HEIGHT = 120

args = argparse.ArgumentParser()
args.add_argument("result")
args.add_argument("out")
args.add_argument("--rows", type=int, default=4)
args.add_argument("--columns", type=int, default=4)
args = args.parse_args()

said = subprocess.run(
    ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "json", args.result],
    check=True,
    capture_output=True,
    text=True,
).stdout
stream = json.loads(said)["streams"][0]
width, height = stream["width"], stream["height"]
raw = subprocess.run(
    ["ffmpeg", "-v", "error", "-i", args.result, "-map", "0:v:0", "-pix_fmt", "yuv444p", "-f", "rawvideo", "-"],
    check=True,
    capture_output=True,
).stdout
film = np.frombuffer(raw, np.uint8).reshape(-1, 3, height, width)


def to_bgr(y, cb, cr):
    """BT.709, limited range, to 8-bit BGR."""
    y, cb, cr = (y.astype(np.float32) - 16) / 219, (cb.astype(np.float32) - 128) / 224, (cr.astype(np.float32) - 128) / 224
    picture = np.stack([y + 1.8556 * cb, y - 0.1873 * cb - 0.4681 * cr, y + 1.5748 * cr], -1)
    return (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)


def strip(chroma):
    """Chroma [frames, 2, length] as a picture, time to the right."""
    moved = (chroma.astype(np.float32) - 128) * BOOST + 128
    picture = to_bgr(np.full(moved[:, 0].shape, MIDDLE), moved[:, 0], moved[:, 1]).transpose(1, 0, 2)
    return cv2.resize(picture, (SHEET_WIDTH, STRIP_HEIGHT), interpolation=cv2.INTER_NEAREST)


chosen = np.linspace(0, len(film) - 1, args.rows * args.columns).round().astype(int)
cell = SHEET_WIDTH // args.columns
size = (cell, round(cell * height / width))
pictures = [cv2.resize(to_bgr(*film[t]), size, interpolation=cv2.INTER_AREA) for t in chosen]
for picture, t in zip(pictures, chosen, strict=False):
    cv2.putText(picture, str(t), (6, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1, cv2.LINE_AA)
sheet = np.vstack([np.hstack(pictures[r * args.columns : (r + 1) * args.columns]) for r in range(args.rows)])
sheet = cv2.copyMakeBorder(sheet, 0, 0, 0, SHEET_WIDTH - sheet.shape[1], cv2.BORDER_CONSTANT)

saturation = np.array([np.hypot(f[1].astype(np.float32) - 128, f[2].astype(np.float32) - 128).mean() for f in film])
curve = np.full((STRIP_HEIGHT, SHEET_WIDTH, 3), 24, np.uint8)
x = np.linspace(0, SHEET_WIDTH - 1, len(film))
y = STRIP_HEIGHT - 1 - saturation / max(saturation.max(), 1) * (STRIP_HEIGHT - 10)
cv2.polylines(curve, [np.stack([x, y], 1).round().astype(np.int32)], False, (90, 200, 255), 1, cv2.LINE_AA)
cv2.imwrite(args.out, np.vstack([sheet, strip(film[:, 1:, :, width // 2]), strip(film[:, 1:, height // 2]), curve]))
change = np.abs(np.diff(saturation))
print(
    f"{len(film)} frames, saturation {saturation.mean():.2f}, change per frame {change.mean():.3f} mean, {change.max():.3f} at frame {change.argmax() + 1}"  # noqa: E501
)

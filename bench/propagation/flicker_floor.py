#!/usr/bin/env python3
"""The least flicker that the reference measure can show of colour as sharp as ours: what remains where colour follows its own
motion exactly.

usage: flicker_floor.py WORK REFERENCE     WORK: where automatic.py left its cases; REFERENCE: folder that holds frames.py. Needs
numpy and OpenCV. Of every eighth pair of frames the second one's chroma is made of the first one's by the very flow that the
measure uses (DIS, medium), and then measured against the first as score.py does: as it is, and as a film holds it (4:2:0, whole
code values). Beside it our own result on the same pairs.
"""

import argparse
import glob
import os
import sys

import cv2
import numpy as np

args = argparse.ArgumentParser()
args.add_argument("work")
args.add_argument("reference")
args = args.parse_args()
sys.path.insert(0, args.reference)
from frames import read_yuv444  # noqa: E402

EVERY = 8


def moved(image, at, border=cv2.BORDER_CONSTANT):
    """By default as score.py moves a picture: black comes in where the flow leads out of it."""
    return cv2.remap(image, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=border)


rows = []
print("| clip | exact | exact, 4:2:0 in 8 bit | ours |\n|---|---|---|---|", flush=True)
for case in sorted(glob.glob(os.path.join(args.work, "*", "ours.mkv"))):
    film = read_yuv444(case)
    count, _, height, width = film.shape
    grid = np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), 2)
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    pairs = []
    for t in range(0, count - 1, EVERY):
        ahead, back = dis.calc(film[t, 0], film[t + 1, 0], None), dis.calc(film[t + 1, 0], film[t, 0], None)
        loop = ahead + moved(back, grid + ahead)
        steady = (loop**2).sum(2) < 0.01 * ((ahead**2).sum(2) + (back**2).sum(2)) + 0.5
        here, there = (film[i, 1:].astype(np.float32).transpose(1, 2, 0) for i in (t, t + 1))
        exact = moved(here, grid + back, cv2.BORDER_REPLICATE)
        small = cv2.resize(exact, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        stored = cv2.resize(np.round(small), (width, height), interpolation=cv2.INTER_LINEAR)
        pairs.append([np.abs(moved(chroma, grid + ahead) - here)[steady].mean() for chroma in (exact, stored, there)])
    rows.append(np.mean(pairs, 0))
    print(f"| {os.path.basename(os.path.dirname(case))} | " + " | ".join(f"{value:.3f}" for value in rows[-1]) + " |", flush=True)
print("| **mean** | " + " | ".join(f"{value:.3f}" for value in np.mean(rows, 0)) + " |")

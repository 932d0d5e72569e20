#!/usr/bin/env python3
"""OpenCV's DIS on the scenes that `node dist/bench/flow.js --write FOLDER` wrote: end-point error and CPU time of one thread.

usage: opencv.py FOLDER        needs numpy and opencv-python-headless
"""

import collections
import glob
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)
medium = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
search.setFinestScale(0)
search.setVariationalRefinementIterations(0)
fast = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

for name, dis in (("fast", fast), ("medium", medium), ("medium, finest 0, unrefined", search)):
    seen, everywhere, times = collections.defaultdict(list), [], []
    for path in sorted(glob.glob(f"{sys.argv[1]}/*-at.pgm")):
        stem = path[: -len("-at.pgm")]
        at, start = cv2.imread(path, 0), cv2.imread(f"{stem}-from.pgm", 0)
        truth = np.fromfile(f"{stem}-truth.raw", np.float32).reshape(*at.shape, 2)
        visible = np.fromfile(f"{stem}-visible.raw", np.uint8).reshape(at.shape) > 0
        begun = time.process_time()
        flow = dis.calc(at, start, None)
        times.append(time.process_time() - begun)
        error = np.linalg.norm(flow - truth, axis=2)
        with open(f"{stem}-name.txt") as name:
            seen[name.read().split()[0]].append(error[visible].mean())
        everywhere.append(error.mean())
    parts = "  ".join(f"{kind} {np.mean(values):.3f}" for kind, values in seen.items())
    print(
        f"OpenCV DIS {name}:  error where seen  {parts}   everywhere {np.mean(everywhere):.3f}   {1000 * np.median(times):.2f} ms"
    )

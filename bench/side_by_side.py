#!/usr/bin/env python3
"""What a user would pick instead, beside the built program, in one run: quality and cost of each.

usage: side_by_side.py CLIPS REFERENCE [--work DIR] [--frames 48] [--only NAME ...]

Needs numpy, OpenCV, ffmpeg, and this checkout built (npm run build). First, true colour carried between keyframes 24 frames
apart: warped along OpenCV's DIS flow, carried by that from both sides with trust, and by Kinemacolor. Then, automatic colour made
steady: every frame coloured on its own; that through filters of ffmpeg that average planes in time, on chroma alone; and
Kinemacolor as it is by default. Prints PSNR over RGB of frames that were not given, flicker in 8-bit levels, CPU time of a frame
and frames a second, reading, writing (FFV1) and start-up included. Cases stay in DIR and are not made again.
"""

import os
import subprocess

import cases
import numpy as np

INTERVAL = 24  # frames between keyframes
METHODS = {
    "OpenCV DIS, warped along": "forward",
    "OpenCV DIS, both sides, trust": "bidirectional",
}
FILTERS = {
    "ffmpeg tmix, 5 frames": "[c]tmix=frames=5[m]",
    "ffmpeg atadenoise": "[c]atadenoise=0a=.1:0b=.2:1a=.1:1b=.2:2a=.1:2b=.2:s=9[m]",
    "ffmpeg hqdn3d, in time": "[c]hqdn3d=0:0:12:12[m]",
}
# Chroma of the filtered film, luma of the film itself.
AROUND = "split[y][c];{};[y][m]mergeplanes=0x001112:yuv444p"

args = cases.arguments(__doc__, "side-by-side-work").parse_args()


def carried(case: str) -> dict[str, dict[str, float]]:
    """Scores of what carries true colour from keyframe to keyframe."""
    refs = f"{case}/refs"
    found = {
        what: cases.score(
            args,
            case,
            method,
            lambda method=method: cases.run_reference(
                args, "propagation_baseline.py", case, f"{case}/{method}.mkv", "--method", method
            ),
            "--refs",
            refs,
        )
        for what, method in METHODS.items()
    }
    ours = cases.score(
        args, case, "carried", lambda: cases.colorize(case, "carried", "--keyframes", refs, "--keyframes-only"), "--refs", refs
    )
    return {**found, "Kinemacolor": ours}


def steadied(case: str) -> dict[str, dict[str, float]]:
    """Scores of what makes automatic colour steady; a filter's cost includes the colour that it filters."""
    each = cases.score(args, case, "each", lambda: cases.colorize(case, "each", "--keyframe-every", "1"))
    found = {"every frame on its own": each}
    for number, (what, filters) in enumerate(FILTERS.items()):
        name = f"filter{number}"
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-i",
            f"{case}/each.mkv",
            "-filter_complex",
            f"format=yuv444p,{AROUND.format(filters)}",
        ]
        make = [*command, "-c:v", "ffv1", f"{case}/{name}.mkv"]
        filtered = cases.score(args, case, name, lambda make=make: subprocess.run(make, check=True))
        found[what] = {**filtered, **{cost: each[cost] + filtered[cost] for cost in ("seconds", "cpu")}}
    return {**found, "Kinemacolor": cases.score(args, case, "ours", lambda: cases.colorize(case, "ours"))}


def print_table(title: str, rows: list[dict[str, dict[str, float]]]) -> None:
    """Means over clips."""
    print(f"\n| {title} | PSNR, dB | flicker | CPU ms a frame | frames a second |\n|---|---|---|---|---|")
    for what in rows[0]:
        psnr, flicker, cpu, seconds = (np.mean([row[what][key] for row in rows]) for key in ("psnr", "flicker", "cpu", "seconds"))
        print(
            f"| {what} | {psnr:.2f} | {flicker:.3f} | {1000 * cpu / args.frames:.0f} | {args.frames / seconds:.1f} |", flush=True
        )


os.makedirs(args.work, exist_ok=True)
folders = [cases.case_of(args, name, clip, INTERVAL) for name, clip in cases.clips(args)]
print_table(f"true colour carried, keyframes {INTERVAL} apart", [carried(case) for case in folders])
print_table("automatic colour made steady", [steadied(case) for case in folders])

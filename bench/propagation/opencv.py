#!/usr/bin/env python3
"""Propagation through the built program, beside the plain alternative, on both halves of a folder of clips.

usage: opencv.py CLIPS REFERENCE [--work DIR] [--frames 97] [--intervals 48 16 one] [--only NAME ...] CLIPS: folder of colour
clips (*.mp4; old_* are passed over: they have no truth). REFERENCE: folder that holds make_case.py, propagation_baseline.py and
score.py. Needs numpy and OpenCV for those three, ffmpeg, and this checkout built (npm run build). For each clip and keyframe
interval: make the case, carry colour with the baseline and with this program, score both. `one` is a single true first frame, 32
frames on, against the baseline's `--method forward`. Cases, baselines and scores stay in DIR and are not made again: delete
DIR/*/ours.json after a change to the program. Prints a table of both halves: the clips propagation was tuned on, and all others.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLI = os.path.join(ROOT, "dist/program/kinemacolor.js")
# Propagation was tuned on these alone; every other clip is the untouched half.
TUNED = {"asl_book", "davis_bear", "dvp_bedroom_tour", "pexels_squirrel", "sam2_juggle", "woman_running"}
LAST = 33  # index of the baseline's second keyframe in a one-ended case: it colours only what lies between two

args = argparse.ArgumentParser()
args.add_argument("clips")
args.add_argument("reference")
args.add_argument("--work", default="propagation-work")
args.add_argument("--frames", type=int, default=97)
args.add_argument("--intervals", nargs="+", default=["48", "16", "one"])
args.add_argument("--only", nargs="+")
args.add_argument(
    "--python", nargs="+", default=[sys.executable], help="the interpreter of the reference scripts, with its arguments"
)
args = args.parse_args()
os.makedirs(args.work, exist_ok=True)


def reference(script, *rest):
    run = subprocess.run([*args.python, os.path.join(args.reference, script), *rest], check=True, capture_output=True, text=True)
    return run.stdout


def score(case, result, refs):
    path = f"{case}/{os.path.splitext(result)[0]}.json"
    if not os.path.exists(path):
        said = reference(
            "score.py", f"{case}/{result}", "--truth", f"{case}/truth.mkv", "--refs", refs, "--source", f"{case}/gray.mkv"
        )
        with open(path, "w") as file:
            file.write(said)
    with open(path) as file:
        return json.load(file)


def measure(clip, interval):
    name = os.path.splitext(os.path.basename(clip))[0]
    case = os.path.join(args.work, f"{name}-{interval}")
    one = interval == "one"
    if not os.path.exists(f"{case}/truth.mkv"):
        span = (
            ["--interval", str(LAST), "--frames", str(LAST + 1)]
            if one
            else ["--interval", interval, "--frames", str(args.frames)]
        )
        reference("make_case.py", clip, case, *span)
    if not os.path.exists(f"{case}/base.mkv"):
        reference("propagation_baseline.py", case, f"{case}/base.mkv", "--method", "forward" if one else "bidirectional")
    refs = f"{case}/refs"
    if one:
        refs = f"{case}/first"
        os.makedirs(refs, exist_ok=True)
        shutil.copy(f"{case}/refs/000000.png", refs)
    if not os.path.exists(f"{case}/ours.json"):
        for left in glob.glob(f"{case}/ours.*"):
            shutil.rmtree(left) if os.path.isdir(left) else os.remove(left)
        command = [
            "node",
            CLI,
            "colorize",
            f"{case}/gray.mkv",
            "-o",
            f"{case}/ours.mkv",
            "--codec",
            "ffv1",
            "--keyframes",
            refs,
            "--keyframes-only",
            "-q",
        ]
        subprocess.run(command, check=True)
    return score(case, "base.mkv", f"{case}/refs"), score(case, "ours.mkv", f"{case}/refs")


def table(interval, rows):
    print(
        f"\ninterval {interval}\n| clip | half | psnr | baseline | above | flicker | baseline | luma_max |\n|---|---|---|---|---|---|---|---|",  # noqa: E501
        flush=True,
    )
    for name, base, ours in rows:
        half = "tuned" if name in TUNED else "unseen"
        print(
            f"| {name} | {half} | {ours['psnr']:.2f} | {base['psnr']:.2f} | {ours['psnr'] - base['psnr']:+.2f} | {ours['flicker']:.3f} | {base['flicker']:.3f} | {ours['luma_max']} |"  # noqa: E501
        )
    for half, chosen in (
        ("tuned", [r for r in rows if r[0] in TUNED]),
        ("unseen", [r for r in rows if r[0] not in TUNED]),
        ("all", rows),
    ):
        if not chosen:
            continue

        def mean(of):
            return sum(of(row) for row in chosen) / len(chosen)  # noqa: B023

        above = [ours["psnr"] - base["psnr"] for _, base, ours in chosen]
        print(
            f"| **mean, {half}** | {len(chosen)} clips | {mean(lambda r: r[2]['psnr']):.2f} | {mean(lambda r: r[1]['psnr']):.2f} | {sum(above) / len(above):+.2f} (least {min(above):+.2f}) "  # noqa: E501
            f"| {mean(lambda r: r[2]['flicker']):.3f} | {mean(lambda r: r[1]['flicker']):.3f} | {max(r[2]['luma_max'] for r in chosen)} |",  # noqa: E501
            flush=True,
        )


for interval in args.intervals:
    rows = []
    for clip in sorted(glob.glob(os.path.join(args.clips, "*.mp4"))):
        name = os.path.splitext(os.path.basename(clip))[0]
        if name.startswith("old_") or (args.only and name not in args.only):
            continue
        base, ours = measure(clip, interval)
        rows.append((name, base, ours))
        print(f"{name}-{interval}: {ours['psnr'] - base['psnr']:+.2f} dB", file=sys.stderr, flush=True)
    table(interval, rows)

#!/usr/bin/env python3
"""Propagation through the built program, beside the plain alternative, on both halves of a folder of clips.

usage: opencv.py CLIPS REFERENCE [--work DIR] [--frames 97] [--intervals 48 16 one] [--only NAME ...] CLIPS: folder of colour
clips (*.mp4; old_* are passed over: they have no truth). REFERENCE: folder that holds make_case.py, propagation_baseline.py and
score.py. Needs numpy and OpenCV for those three, ffmpeg, and this checkout built (npm run build). For each clip and keyframe
interval: make the case, carry colour with the baseline and with this program, score both. `one` is a single true first frame, 32
frames on, against the baseline's `--method forward`. Cases, baselines and scores stay in DIR and are not made again: delete
DIR/*/ours.json after a change to the program. Prints a table of both halves: the clips propagation was tuned on, and all others.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import cases

# Propagation was tuned on these alone; every other clip is the untouched half.
TUNED = {"asl_book", "davis_bear", "dvp_bedroom_tour", "pexels_squirrel", "sam2_juggle", "woman_running"}
LAST = 33  # index of the baseline's second keyframe in a one-ended case: it colours only what lies between two

parser = cases.arguments(__doc__, "propagation-work")
parser.set_defaults(frames=97)
parser.add_argument("--intervals", nargs="+", default=["48", "16", "one"])
args = parser.parse_args()
os.makedirs(args.work, exist_ok=True)


def measure(name, clip, interval):
    one = interval == "one"
    frames = LAST + 1 if one else args.frames
    case = cases.case_of(args, f"{name}-{interval}", clip, LAST if one else int(interval), frames)
    refs = f"{case}/refs"

    def carry():
        method = "forward" if one else "bidirectional"
        cases.run_reference(args, "propagation_baseline.py", case, f"{case}/base.mkv", "--method", method)

    base = cases.score(args, case, "base", carry, "--refs", refs)
    if one:
        refs = f"{case}/first"
        os.makedirs(refs, exist_ok=True)
        shutil.copy(f"{case}/refs/000000.png", refs)
    painted = ["--keyframes", refs, "--keyframes-only"]
    return base, cases.score(args, case, "ours", lambda: cases.colorize(case, "ours", *painted), "--refs", f"{case}/refs")


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
    for name, clip in cases.clips(args):
        base, ours = measure(name, clip, interval)
        rows.append((name, base, ours))
        print(f"{name}-{interval}: {ours['psnr'] - base['psnr']:+.2f} dB", file=sys.stderr, flush=True)
    table(interval, rows)

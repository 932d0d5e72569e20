#!/usr/bin/env python3
"""Automatic colour through the built program, beside what the same model gives frame by frame: how much of the flicker is left.

usage: automatic.py CLIPS REFERENCE [--work DIR] [--frames 48] [--only NAME ...] [--models FILE.onnx ...]

CLIPS: folder of colour clips (*.mp4; old_* are passed over: they have no truth). REFERENCE: folder that holds make_case.py,
frames.py and score.py. Needs numpy and OpenCV for those, ffmpeg, and this checkout built (npm run build). Each clip is made gray
and coloured three times: as it is by default (`ours`), every frame a keyframe of its own (`each`), and the latter with its chroma
averaged over 5 frames without motion (`smooth`). Prints flicker, colour distribution consistency and colourfulness of all three
and of the truth. With --models each clip is coloured once by each of them instead (their cards lie beside them). Cases stay in
DIR and are not made again: delete DIR/*/ours.* after a change to the program.
"""

import json
import subprocess

import cases
import numpy as np

WINDOW = 5  # frames that the smoothing without motion averages

parser = cases.arguments(__doc__, "automatic-work")
parser.add_argument("--models", nargs="+", default=[], metavar="FILE.onnx")
args = parser.parse_args()


def smooth(source, target):
    """Average the chroma of every frame and its neighbours, WINDOW in all (fewer at the ends), in place; the luma stays."""
    stated = "stream=width,height,avg_frame_rate,pix_fmt"
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", stated, "-of", "json", source],
        check=True,
        capture_output=True,
        text=True,
    )
    info = json.loads(probed.stdout)["streams"][0]
    width, height = info["width"], info["height"]
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", source, "-vsync", "0", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-"],
        check=True,
        capture_output=True,
    ).stdout
    luma, chroma = width * height, 2 * ((width + 1) // 2) * ((height + 1) // 2)
    frames = np.frombuffer(raw, np.uint8).reshape(-1, luma + chroma).copy()
    own = frames[:, luma:].astype(np.float32)
    reach = WINDOW // 2
    for t in range(len(frames)):
        frames[t, luma:] = own[max(0, t - reach) : t + reach + 1].mean(0).round()
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p",
            "-s",
            f"{width}x{height}",
            "-r",
            info["avg_frame_rate"],
            "-i",
            "-",
            "-c:v",
            "ffv1",
            *tags,
            target,
        ],
        input=frames.tobytes(),
        check=True,
    )


def three_ways(case):
    """Flicker, distribution and colourfulness of the three ways, as one row of the table."""
    each = cases.score(args, case, "each", lambda: cases.colorize(case, "each", "--keyframe-every", "1"))
    calm = cases.score(args, case, "smooth", lambda: smooth(f"{case}/each.mkv", f"{case}/smooth.mkv"))
    ours = cases.score(args, case, "ours", lambda: cases.colorize(case, "ours"))
    return [
        ours["flicker"],
        each["flicker"],
        calm["flicker"],
        ours["flicker_truth"],
        ours["flicker"] / each["flicker"],
        ours["flicker"] / calm["flicker"],
        ours["cdc"],
        each["cdc"],
        ours["cdc_truth"],
        ours["colourfulness"],
        each["colourfulness"],
        ours["colourfulness"] / each["colourfulness"],
        ours["psnr"],
        each["psnr"],
    ]


def by_model(case):
    """PSNR, flicker and colourfulness of each model's film, as one row of the table."""
    row = []
    for number, model in enumerate(args.models):
        name = f"model{number}"
        found = cases.score(args, case, name, lambda name=name, model=model: cases.colorize(case, name, "--model", model))
        row += [found["psnr"], found["flicker"], found["colourfulness"]]
    return row


def print_table(columns, of_case):
    """One line a clip and the mean; the rows."""
    print("| clip | " + " | ".join(columns) + " |")
    print("|" + "---|" * (len(columns) + 1), flush=True)
    digits = [4 if name.startswith("cdc") else 2 for name in columns]

    def line(name, row):
        print(f"| {name} | " + " | ".join(f"{value:.{n}f}" for value, n in zip(row, digits, strict=True)) + " |", flush=True)

    rows = []
    for name, clip in cases.clips(args):
        rows.append(of_case(cases.case_of(args, name, clip, args.frames)))
        line(name, rows[-1])
    line("**mean**", np.mean(rows, 0))
    return np.array(rows)


def off(table, column):
    """Mean distance of a column of the colour distribution consistency from the truth's."""
    return np.abs(table[:, column] - table[:, 8]).mean()


THREE_WAYS = [
    *("flicker ours", "each", "smooth", "truth", "of each", "of smooth", "cdc ours", "cdc each", "cdc truth"),
    *("colourfulness ours", "each", "of each", "psnr ours", "each"),
]
BY_MODEL = ["psnr", "flicker", "colourfulness"]

if args.models:
    print_table([f"{what} {number}" for number in range(len(args.models)) for what in BY_MODEL], by_model)
else:
    table = print_table(THREE_WAYS, three_ways)
    mean = table.mean(0)
    print(
        f"\nflicker: {mean[0] / mean[1]:.3f} of every frame on its own (mean of the clips' ratios {mean[4]:.3f}), "
        f"{mean[0] / mean[2]:.3f} of that smoothed (mean of ratios {mean[5]:.3f}); "
        f"cdc off the truth's by {off(table, 6):.5f}, every frame on its own {off(table, 7):.5f}; "
        f"colourfulness {mean[9] / mean[10]:.3f} (mean of ratios {mean[11]:.3f})"
    )

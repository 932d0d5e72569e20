"""Films with truth that the Python benches measure: made, coloured and scored once, each step in the folder of its clip.

`reference` is the folder that holds make_case.py, propagation_baseline.py and score.py, which need numpy and OpenCV.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

CLI = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "dist/program/kinemacolor.js")


def arguments(description: str, work: str) -> argparse.ArgumentParser:
    """The options that these benches share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", help="folder of colour clips, *.mp4; old_* are passed over: they have no truth")
    parser.add_argument("reference", help="folder that holds make_case.py, propagation_baseline.py and score.py")
    parser.add_argument("--work", default=work)
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--only", nargs="+")
    parser.add_argument(
        "--python", nargs="+", default=[sys.executable], help="the interpreter of the reference scripts, with its arguments"
    )
    return parser


def clips(args: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Name and path of each clip with truth."""
    for clip in sorted(glob.glob(os.path.join(args.clips, "*.mp4"))):
        name = os.path.splitext(os.path.basename(clip))[0]
        if not name.startswith("old_") and not (args.only and name not in args.only):
            yield name, clip


def run_reference(args: argparse.Namespace, script: str, *rest: str) -> str:
    """What a script of the reference prints."""
    command = [*args.python, os.path.join(args.reference, script), *rest]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def case_of(args: argparse.Namespace, name: str, clip: str, interval: int, frames: int | None = None) -> str:
    """The folder of a clip's case of `frames` (default: --frames), true pictures every `interval`; made where it is missing."""
    case = os.path.join(args.work, name)
    if not os.path.exists(f"{case}/gray.mkv"):
        run_reference(args, "make_case.py", clip, case, "--interval", str(interval), "--frames", str(frames or args.frames))
    return case


def colorize(case: str, name: str, *more: str) -> None:
    """Colour a case with the built program."""
    for left in glob.glob(f"{case}/{name}.*"):
        shutil.rmtree(left) if os.path.isdir(left) else os.remove(left)
    command = ["node", CLI, "colorize", f"{case}/gray.mkv", "-o", f"{case}/{name}.mkv", "--codec", "ffv1", "-q", *more]
    subprocess.run(command, check=True)


def score(args: argparse.Namespace, case: str, name: str, make: Callable[[], None], *more: str) -> dict[str, float]:
    """What score.py says of NAME.mkv, and the seconds and CPU seconds that `make` and its processes took to make it."""
    path = f"{case}/{name}.json"
    if not os.path.exists(path):
        clock, begun = time.perf_counter(), os.times()
        make()
        ended = os.times()
        cost = {"seconds": time.perf_counter() - clock, "cpu": sum(ended[:4]) - sum(begun[:4])}
        found = run_reference(
            args, "score.py", f"{case}/{name}.mkv", "--truth", f"{case}/truth.mkv", "--source", f"{case}/gray.mkv", *more
        )
        with open(path, "w") as file:
            json.dump({**json.loads(found), **cost}, file)
    with open(path) as file:
        return json.load(file)

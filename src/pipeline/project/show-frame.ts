import { screenPicture } from '../../adapters/pictures/screen-picture.ts';
import { KinemacolorError } from '../../errors.ts';
import { ycbcrToRgb8 } from '../../kernels/color/color.ts';
import { integerPlane } from '../../media/fields/plane.ts';
import { chromaSize, type Frame } from '../../media/film/frame.ts';
import { keyframeAt, shotNumberAt } from '../../media/plan/plan.ts';
import { openReel } from '../../stages/decode/reel.ts';
import { paintKeyframe } from '../film/paint-keyframe.ts';
import type { Workbench } from './workbench.ts';

/** A frame of the source, gray, as JPEG of at most `width` pixels across. Throws `usage` for a frame that the plan does not hold. */
export async function showBefore(bench: Workbench, index: number, width: number): Promise<Buffer> {
  const { film } = bench.workshop;
  const { format } = film;
  const frame = await sourceFrame(bench, index);
  const size = chromaSize(format.width, format.height, '420');
  const neutral = integerPlane(size.width, size.height, format.depth);
  neutral.data.fill(2 ** (format.depth - 1));
  return screenPicture(ycbcrToRgb8({ luma: frame.luma, cb: neutral, cr: neutral }, format), film, width);
}

/** A frame as its shot was last rendered; undefined where it never was. */
export async function showAfter(bench: Workbench, index: number, width: number): Promise<Buffer | undefined> {
  const plan = bench.project.plan();
  const number = shotNumberAt(plan, index);
  const segment = bench.lastSegment(number);
  if (segment === undefined) return undefined;
  const found = await bench.shown.frame(segment, index - plan.shots[number]!.start);
  if (!found) return undefined;
  const { matrix } = bench.workshop.film.format;
  const format = { ...found.film.format, matrix };
  const { sampleAspect, rotation } = bench.workshop.film;
  return screenPicture(ycbcrToRgb8(found.frame, format), { format, sampleAspect, rotation }, width);
}

/** A keyframe coloured at once as the plan now says, nothing rendered. Throws `usage` for a frame that is no keyframe. */
export async function showKeyframe(bench: Workbench, index: number, width: number): Promise<Buffer> {
  const plan = bench.project.plan();
  const { shot, keyframe } = keyframeAt(plan, index);
  const frame = await sourceFrame(bench, index);
  const rgb = await paintKeyframe(frame, { plan, shot, keyframe }, bench.workshop, 'graded');
  return screenPicture(rgb, bench.workshop.film, width);
}

/** Found from its shot's first frame, whose time the plan knows. */
async function sourceFrame(bench: Workbench, index: number): Promise<Frame> {
  const plan = bench.project.plan();
  const shot = plan.shots[shotNumberAt(plan, index)]!;
  const { film, ffmpeg } = bench.workshop;
  const reel = openReel(film, ffmpeg);
  try {
    for await (const frame of reel.frames({ index: shot.start, ticks: shot.startTicks }, index + 1))
      if (frame.index === index) return frame;
  } finally {
    await reel.close();
  }
  throw new KinemacolorError('source', `Frame ${index} of ${film.path} does not decode.`);
}

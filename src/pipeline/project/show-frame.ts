import { screenPicture } from '../../adapters/pictures/screen-picture.ts';
import { KinemacolorError } from '../../errors.ts';
import { ycbcrToRgb8 } from '../../kernels/color/color.ts';
import { integerPlane } from '../../media/fields/plane.ts';
import { chromaSize, type Frame } from '../../media/film/frame.ts';
import { keyframeAt, shotNumberAt } from '../../media/plan/plan.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { paintKeyframe } from '../film/paint-keyframe.ts';
import type { EditingSession } from './editing-session.ts';

/** A frame of the source, gray, as JPEG of at most `width` pixels across. Throws `usage` for a frame that the plan does not hold. */
export async function showBefore(session: EditingSession, index: number, width: number): Promise<Buffer> {
  const { film } = session.context;
  const { format } = film;
  const frame = await sourceFrame(session, index);
  const size = chromaSize(format.width, format.height, '420');
  const neutral = integerPlane(size.width, size.height, format.depth);
  neutral.data.fill(2 ** (format.depth - 1));
  return screenPicture(ycbcrToRgb8({ luma: frame.luma, cb: neutral, cr: neutral }, format), film, width);
}

/** A frame as its shot was last rendered; undefined where it never was. */
export async function showAfter(session: EditingSession, index: number, width: number): Promise<Buffer | undefined> {
  const plan = session.project.plan();
  const number = shotNumberAt(plan, index);
  const segment = session.lastSegment(number);
  if (segment === undefined) return undefined;
  const found = await session.shown.frame(segment, index - plan.shots[number]!.start);
  if (!found) return undefined;
  const { matrix } = session.context.film.format;
  const format = { ...found.film.format, matrix };
  const { sampleAspect, rotation } = session.context.film;
  return screenPicture(ycbcrToRgb8(found.frame, format), { format, sampleAspect, rotation }, width);
}

/** A keyframe coloured at once as the plan now says, nothing rendered. Throws `usage` for a frame that is no keyframe. */
export async function showKeyframe(session: EditingSession, index: number, width: number): Promise<Buffer> {
  const plan = session.project.plan();
  const { shot, keyframe } = keyframeAt(plan, index);
  const frame = await sourceFrame(session, index);
  const rgb = await paintKeyframe(frame, { plan, shot, keyframe }, session.context, 'graded');
  return screenPicture(rgb, session.context.film, width);
}

/** Found from its shot's first frame, whose time the plan knows. */
async function sourceFrame(session: EditingSession, index: number): Promise<Frame> {
  const plan = session.project.plan();
  const number = shotNumberAt(plan, index);
  const shot = plan.shots[number]!;
  const { film, ffmpeg } = session.context;
  const decoder = openShotDecoder(film, ffmpeg);
  try {
    for await (const frame of decoder.frames({ index: shot.start, ticks: shot.startTicks }, index + 1))
      if (frame.index === index) return frame;
  } finally {
    await decoder.close();
  }
  throw new KinemacolorError('source', `Frame ${index} of ${film.path} does not decode.`, {
    place: { stage: 'decode', shot: number, frame: index },
  });
}

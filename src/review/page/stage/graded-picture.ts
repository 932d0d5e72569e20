import { type Regrade, regradeOf, regradePicture } from '../../../kernels/color/regrade-picture.ts';
import type { Grade } from '../../../media/plan/grade.ts';
import type { ProjectView, ShotView } from '../../contract.ts';
import { afterKind } from '../state/standing.ts';
import { type State, shotAt } from '../state/store.ts';
import type { StagePicture } from './draw.ts';

/** By fingerprint, the grade of each shot that was seen as the plan says it. */
const grades = new Map<string, Grade>();
interface Graded {
  readonly picture: StagePicture;
  readonly pixels: ImageData;
  readonly canvas: OffscreenCanvas;
}
/** The picture that is graded, and the last change. */
const last: { read?: Graded; change?: string; regrade?: Regrade | undefined } = {};

/**
 * The picture after, in the grade that a slider is being moved to, or that is planned and not rendered yet, until the server's
 * picture comes. As it is where its own grade is not known or cannot be undone.
 */
export function gradedAsPlanned(review: State, picture: StagePicture | undefined): StagePicture | undefined {
  const project = review.project!;
  const shot = shotAt(project, review.frame);
  const planned = shot.grade ?? project.grade ?? {};
  if (shot.shown === shot.planned) grades.set(shot.planned, planned);
  const from = ownGrade(shot, review.frame, planned);
  const to = triedGrade(review, shot) ?? planned;
  if (!(picture instanceof ImageBitmap) || review.compared || !from || JSON.stringify(from) === JSON.stringify(to))
    return picture;
  return graded(picture, { from, to }, project.film.matrix);
}

/** The grade that the picture after is shown in. */
function ownGrade(shot: ShotView, frame: number, planned: Grade): Grade | undefined {
  return afterKind(shot, frame) === 'earlier' ? grades.get(shot.shown!) : planned;
}

function triedGrade({ triedGrade }: State, shot: ShotView): Grade | undefined {
  if (!triedGrade) return undefined;
  const isMeant = triedGrade.shot === undefined ? !shot.grade : triedGrade.shot === shot.number;
  return isMeant ? triedGrade.grade : undefined;
}

function graded(picture: StagePicture, change: { from: Grade; to: Grade }, matrix: ProjectView['film']['matrix']): StagePicture {
  const name = JSON.stringify(change);
  const read = last.read?.picture === picture ? last.read : readPicture(picture);
  if (last.read === read && last.change === name) return last.regrade ? read.canvas : picture;
  if (last.change !== name) last.regrade = regradeOf(change.from, change.to);
  last.change = name;
  last.read = read;
  if (!last.regrade) return picture;
  const pixels = new ImageData(new Uint8ClampedArray(read.pixels.data), picture.width, picture.height);
  regradePicture(pixels.data, last.regrade, matrix);
  read.canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return read.canvas;
}

function readPicture(picture: StagePicture): Graded {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  pen.drawImage(picture, 0, 0);
  return { picture, canvas, pixels: pen.getImageData(0, 0, picture.width, picture.height) };
}

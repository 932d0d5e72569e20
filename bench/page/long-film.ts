import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg } from '../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Plan, PlannedShot } from '../../src/media/plan/plan.ts';
import { folderBeside, HISTORY } from '../../src/pipeline/film/journal.ts';
import { openProject } from '../../src/pipeline/project/project.ts';
import { resolveSettings } from '../../src/pipeline/run/read-pipeline.ts';

const RATE = 24;
/** Small: what is measured is the number of shots and of frames. */
const SIZE = '160x120';

export interface LongFilm {
  readonly shots: number;
  /** Frames of each shot. */
  readonly frames: number;
}

/** A film of so many shots of so many frames, and its project, in a folder. Where its shots lie is written into the plan. */
export async function makeLongFilm(folder: string, { shots, frames }: LongFilm): Promise<string> {
  const path = join(folder, `film-${shots}x${frames}.mkv`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=${SIZE}:r=${RATE}`, '-vf', 'format=gray,format=yuv420p'];
  const coding = ['-frames:v', String(shots * frames), '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', '-crf', '20'];
  await runFfmpeg(await locateFfmpeg(), [...picture, ...coding, path]);
  const project = await openProject(path, await resolveSettings({ device: 'cpu' }));
  const history = { ...project.history(), base: cutInto(project.base(), frames) };
  await project.close();
  await writeFile(join(folderBeside(path), HISTORY), JSON.stringify(history));
  return path;
}

/** A keyframe a second, and at each shot's start. */
function cutInto(plan: Plan, length: number): Plan {
  const { frames, timebase } = plan.source;
  const [first] = plan.shots;
  const ticks = timebase.den / timebase.num / RATE;
  const timeOf = (frame: number) => first!.startTicks + Math.round(frame * ticks);
  const shots = Array.from({ length: frames / length }, (_, number): PlannedShot => {
    const [start, end] = [number * length, (number + 1) * length];
    const keyframes = Array.from({ length: Math.ceil(length / RATE) }, (_, key) => ({
      index: start + key * RATE,
      color: { kind: 'model' as const },
    }));
    return { start, end, kind: 'steady', startTicks: timeOf(start), endTicks: timeOf(end), keyframes };
  });
  return { ...plan, shots };
}

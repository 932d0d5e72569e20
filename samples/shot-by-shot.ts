/**
 * Colour a film in three steps, the middle one shot by shot: node dist/samples/shot-by-shot.js FILM OUTPUT FOLDER
 * The shots lie in FOLDER, each with its report. Run it again after a crash, or on several machines that share FOLDER, and what is there is not
 * rendered anew. (`colorizeVideo` does all of this, and safely beside other runs; this is for programs that share work out themselves.)
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assemble, openRenderContext, type Plan, planVideo, renderShot, type ShotFile } from 'kinemacolor';

const [film, output, folder] = process.argv.slice(2);
if (!film || !output || !folder) throw new Error('Expected a film, an output and a folder for the shots.');
await mkdir(folder, { recursive: true });

/** What lies in the folder under this name, else what is made now. */
async function kept<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
  const path = join(folder!, name);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Value;
  const value = await make();
  await writeFile(path, JSON.stringify(value, null, 2));
  return value;
}

const plan = await kept<Plan>('plan.json', () => planVideo(film, { settings: { preset: 'veryfast' } }));
const context = await openRenderContext(plan);
try {
  const shots: ShotFile[] = [];
  for (const number of plan.shots.keys()) {
    const render = () => renderShot(plan, number, join(folder, `${number}.mkv`), { context, existing: 'replace' });
    shots.push(await kept<ShotFile>(`${number}.json`, render));
    console.log(`shot ${number}: ${shots[number]!.frames} frames`);
  }
  for (const warning of await assemble(plan, shots, output, { context })) console.log(`note: ${warning}`);
  console.log(output);
} finally {
  await context.close();
}

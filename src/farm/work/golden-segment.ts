import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePaths } from '../../adapters/files/folders.ts';
import { createPartFolder } from '../../adapters/files/parts.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import type { Settings, SettingsInput } from '../../options.ts';
import { renderShots } from '../../pipeline/film/shots-apart.ts';
import { planFilm } from '../../pipeline/plan/plan-film.ts';
import { resolveSettings } from '../../pipeline/run/read-pipeline.ts';

const [WIDTH, HEIGHT, FRAMES] = [96, 64, 12];
const SETTINGS: SettingsInput = { codec: 'ffv1' };

/**
 * SHA-256 of a segment of twelve frames that every machine can make: equal on two machines that compute the same colour and
 * encode the same bytes. Throws as rendering does.
 */
export async function goldenSegment(
  { model, device }: Pick<Settings, 'model' | 'device'>,
  signal?: AbortSignal,
): Promise<string> {
  const folder = await createPartFolder(tmpdir());
  try {
    const film = join(folder, 'golden.y4m');
    await saveFile(film, goldenFilm());
    const plan = await planFilm(film, await resolveSettings({ ...SETTINGS, model, device }), { signal });
    const shots = await renderShots(plan, [...plan.shots.keys()], { segments: folder, signal });
    return shots.map(({ segmentSha256 }) => segmentSha256).join();
  } finally {
    await removePaths(folder);
  }
}

/** A moving texture as YUV4MPEG2, without ffmpeg, whose own sources may differ by version. */
function goldenFilm(): Buffer[] {
  const header = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F24:1 Ip A1:1 C420jpeg\n`;
  const neutral = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frames = Array.from({ length: FRAMES }, (_, n) => {
    const luma = Buffer.alloc(WIDTH * HEIGHT);
    for (let i = 0; i < luma.length; i++) {
      const [x, y] = [(i % WIDTH) + 2 * n, Math.floor(i / WIDTH) + n];
      luma[i] = 40 + (((x >> 3) * 37 + (y >> 3) * 59) % 120) + ((x * 7 + y * 3) % 24);
    }
    return [Buffer.from('FRAME\n'), luma, neutral];
  });
  return [Buffer.from(header), ...frames.flat()];
}

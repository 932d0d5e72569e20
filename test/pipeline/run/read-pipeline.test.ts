import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { KinemacolorError } from '../../../src/errors.ts';
import { pipelineSchema } from '../../../src/options.ts';
import { readPipeline, resolveSettings, shippedPipelines } from '../../../src/pipeline/run/read-pipeline.ts';

const usage = (pattern: RegExp) => (error: unknown) =>
  error instanceof KinemacolorError && error.kind === 'usage' && pattern.test(error.message);

describe('pipelines', () => {
  it('the shipped ones are valid and named as their files', async () => {
    const names = await shippedPipelines();
    assert.deepEqual(names.sort(), ['documentary', 'film-reel', 'preview']);
    for (const name of names) assert.equal((await readPipeline(name)).name, name);
  });
  it('the JSON schema beside them is the one the program checks with', async () => {
    const file = new URL('../../../../pipelines/pipeline.schema.json', import.meta.url);
    assert.deepEqual(
      JSON.parse(await readFile(file, 'utf8')),
      JSON.parse(JSON.stringify(z.toJSONSchema(pipelineSchema, { io: 'input' }))),
    );
  });
  it('given settings win over the pipeline, the pipeline over defaults', async () => {
    const settings = await resolveSettings({ quality: 3 }, 'preview');
    assert.equal(settings.quality, 3);
    assert.equal(settings.preset, 'veryfast');
    assert.equal(settings.film, 'clean');
    assert.equal((await resolveSettings({})).quality, 18);
  });
  it('refuses unknown pipelines, settings and values in one sentence', async () => {
    await assert.rejects(resolveSettings({}, 'documentery'), usage(/documentary, film-reel, preview.*"documentery"/));
    await assert.rejects(resolveSettings({ quality: 99 }), usage(/"quality".*51/));
    await assert.rejects(resolveSettings({ sharpness: 1 } as object), usage(/sharpness/));
    await assert.rejects(resolveSettings({ keyframeEvery: 0 }), usage(/"keyframeEvery"/));
  });
});

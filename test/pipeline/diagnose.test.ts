import assert from 'node:assert/strict';
import { diagnose, type Finding } from '../../src/pipeline/diagnose.ts';

describe('diagnose', () => {
  let rows: readonly Finding[];
  const models = process.env.KINEMACOLOR_MODELS;
  before(async () => {
    process.env.KINEMACOLOR_MODELS = '/nowhere/models';
    ({ rows } = await diagnose());
  });
  after(() => {
    if (models === undefined) delete process.env.KINEMACOLOR_MODELS;
    else process.env.KINEMACOLOR_MODELS = models;
  });
  const topic = (name: string) => rows.filter(row => row.topic === name);

  it('finds what every run needs on a machine that runs these tests', () => {
    for (const name of ['node', 'ffmpeg', 'kernels', 'model', 'cpu', 'auto']) {
      assert.deepEqual(
        topic(name).map(({ status }) => status),
        ['ok'],
        name,
      );
    }
    assert.match(topic('node')[0]!.text, new RegExp(`^${process.version} `));
    assert.match(topic('model')[0]!.text, /^kinemacolor-base \S+, [\d.]+ MB, whole; licence: /);
    assert.match(topic('models')[0]!.remedy!, /kinemacolor models list/);
    assert.match(topic('encoders')[0]!.text, /ffv1/);
    assert.match(topic('auto')[0]!.text, /^--device auto takes \w+$/);
    assert.equal(topic('machine').length, 1);
  });

  it('says which licences lie in the installed package', () => {
    const [row] = topic('licences');
    for (const licence of [/ffmpeg GPLv?-?3/, /ffprobe GPLv?-?3/, /libvips (Apache-2\.0 AND )?LGPL-3/, /ONNX Runtime MIT/])
      assert.match(row!.text, licence);
  });

  it('says of every device that does not work why, and what to do', () => {
    const devices = rows.filter(({ topic: name }) => ['cuda', 'webgpu', 'coreml', 'directml'].includes(name));
    assert.ok(devices.length > 0);
    for (const { status, text, remedy } of devices) {
      if (status === 'ok') assert.match(text, /^runs kinemacolor-base, with the same colours as the CPU$/);
      else assert.ok(text !== '' && !text.includes(remedy!) && remedy !== undefined);
    }
  });

  it('says everything in lines', () => {
    for (const { text, remedy } of rows) assert.ok(text !== '' && !/\n/.test(text) && !/\n/.test(remedy ?? ''), text);
  });

  it('says what is missing where no ffmpeg runs, and goes on', async () => {
    const before = process.env.KINEMACOLOR_FFMPEG;
    process.env.KINEMACOLOR_FFMPEG = '/nowhere/ffmpeg';
    try {
      const found = (await diagnose()).rows.filter(row => row.topic === 'ffmpeg');
      assert.deepEqual([found.length, found[0]!.status], [1, 'missing']);
      assert.match(found[0]!.text, /\/nowhere\/ffmpeg/);
      assert.match(found[0]!.remedy!, /install ffmpeg/);
    } finally {
      if (before === undefined) delete process.env.KINEMACOLOR_FFMPEG;
      else process.env.KINEMACOLOR_FFMPEG = before;
    }
  });
});

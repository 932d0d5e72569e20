import assert from 'node:assert/strict';
import { atPlace, KinemacolorError } from '../src/errors.ts';

describe('the place of a failure', () => {
  const failing = (error: Error) => atPlace({ stage: 'keyframes', shot: 2, frame: 31 }, () => Promise.reject(error));

  it('is filled in where the error does not know it, with message, kind, cause and stack kept', async () => {
    const cause = new Error('ffmpeg');
    const error = new KinemacolorError('model', 'It failed.', { cause, place: { stage: 'colorize' } });
    await assert.rejects(failing(error), { kind: 'model', message: 'It failed.', cause, stack: error.stack });
    await assert.rejects(failing(error), (placed: KinemacolorError) => {
      assert.deepEqual(placed.place, { stage: 'colorize', shot: 2, frame: 31 });
      return true;
    });
  });

  it('is not given to an interruption, nor to other errors', async () => {
    const stopped = new KinemacolorError('interrupted', 'Stopped.');
    const other = new TypeError('x');
    await assert.rejects(failing(stopped), error => error === stopped);
    await assert.rejects(failing(other), error => error === other);
  });
});

/**
 * Colour a film from a program and follow it: node dist/samples/follow-progress.js FILM OUTPUT [SECONDS]
 * Prints what is done as it is done; ends tidily after SECONDS, and the same call then goes on from the shots that were finished.
 */
import { colorizeVideo, KinemacolorError } from 'kinemacolor';

const [film, output, seconds = '3600'] = process.argv.slice(2);
if (!film || !output) throw new Error('Expected a film and an output.');
try {
  const report = await colorizeVideo(film, output, {
    settings: { preset: 'veryfast', flow: 'fast' },
    stopAfterShot: AbortSignal.timeout(1000 * Number(seconds)),
    onProgress: event => {
      if (event.type === 'plan') console.log(`${event.frames} frames in ${event.shots} shots, ${event.keyframes} keyframes`);
      if (event.type === 'shot-done') console.log(`shot ${event.shot}: ${event.reused ? 'finished before' : 'rendered'}`);
      if (event.type === 'warning') console.log(`note: ${event.message}`);
    },
  });
  console.log(`${report.output}: ${report.frames} frames by ${report.model} on ${report.device}`);
} catch (error) {
  if (!(error instanceof KinemacolorError) || error.kind !== 'interrupted') throw error;
  console.log('Stopped in time; run it again to go on.');
}

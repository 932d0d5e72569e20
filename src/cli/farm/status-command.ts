import type { CommandModule } from 'yargs';
import { connectFarm } from '../../farm/queue/connect-farm.ts';
import { type FarmFilm, type FarmWorker, takesShotsFor } from '../../farm/queue/farm-board.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { runCommand } from '../terminal/run-command.ts';
import { REDIS } from './farm-options.ts';

export const farmStatusCommand: CommandModule = {
  command: 'status',
  describe: 'Show the films and the workers of a farm',
  builder: args => args.options({ ...REDIS, json: { type: 'boolean', describe: 'as one JSON object' } }),
  handler: argv =>
    runCommand({ ...argv, json: false }, async () => {
      const farm = await connectFarm(argv.redis as string);
      try {
        const [films, workers] = await Promise.all([farm.board.films(), farm.board.workers()]);
        process.stdout.write(argv.json ? `${JSON.stringify({ films, workers })}\n` : statusTable(films, workers));
        return EXIT.done;
      } finally {
        await farm.close();
      }
    }),
};

function statusTable(films: readonly FarmFilm[], workers: readonly FarmWorker[]): string {
  const speed = (machines: string) =>
    workers.filter(worker => takesShotsFor(worker, machines)).reduce((sum, one) => sum + (one.framesPerSecond ?? 0), 0);
  const filmLines = films.map(film => {
    const rate = speed(film.machines);
    const left = rate > 0 ? `${Math.ceil((film.frames - film.framesFinished) / rate / 60)} min left` : 'time left unknown';
    const failed = film.failed > 0 ? `, ${film.failed} failed` : '';
    return `${film.name}: ${film.finished} of ${film.shots} shots${failed}, ${left}, machines ${film.machines}`;
  });
  const workerLines = workers.map(({ name, machineClass, shot, shots, framesPerSecond, ffmpeg, device, cpu, quarantined }) => {
    const rate = framesPerSecond === undefined ? '-' : framesPerSecond.toFixed(1);
    const state = quarantined ? 'in quarantine' : shot === undefined ? 'idle' : `shot ${shot}`;
    return `${name}: ${state}, ${shots} done, ${rate} fps, class ${machineClass} (ffmpeg ${ffmpeg}, ${device}, ${cpu})`;
  });
  const section = (title: string, lines: readonly string[]) => [title, ...(lines.length > 0 ? lines : ['none'])].join('\n  ');
  return `${section('Films', filmLines)}\n${section('Workers', workerLines)}\n`;
}

import ffmpegCommand from 'fluent-ffmpeg';
import { KinemacolorError } from '../../errors.ts';
import { type Ffmpeg, filmUrl } from './ffmpeg.ts';
import { boundsOf } from './film-input.ts';

/** One file in, one file out, and nothing piped: taking a picture out of a film, cutting a stretch, a transcode. */
export interface PlainJob {
  readonly input: string;
  readonly inputArgs?: readonly string[];
  /** Overwritten where it exists. */
  readonly output: string;
  readonly outputArgs?: readonly string[];
  /** Kills ffmpeg; the promise rejects as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

type Spawn = (args: string[], options: object, ...callbacks: unknown[]) => void;

/** Run a plain job with fluent-ffmpeg. Rejects as `process`, with ffmpeg's last lines as the cause, or as `interrupted`. */
export function runPlainJob(ffmpeg: Ffmpeg, job: PlainJob): Promise<void> {
  const command = ffmpegCommand({ logger: undefined })
    .input(filmUrl(job.input))
    .inputOptions('-nostdin', ...boundsOf(job.inputArgs?.includes('-f') ? 'ours' : 'own'), ...(job.inputArgs ?? []));
  command.outputOptions('-y', ...(job.outputArgs ?? [])).output(filmUrl(job.output));
  const spawn = (command as unknown as { _spawnFfmpeg: Spawn })._spawnFfmpeg.bind(command);
  Object.assign(command, {
    // fluent-ffmpeg keeps one ffmpeg per process. Two jobs may have different ones, so each carries its own.
    _getFfmpegPath: (found: (error: null, path: string) => void) => found(null, ffmpeg.path),
    // In a process group of its own, Ctrl+C in a terminal does not reach it: this program decides when it ends (see startChild).
    _spawnFfmpeg: (args: string[], options: object, ...callbacks: unknown[]) =>
      spawn(args, { ...options, detached: true }, ...callbacks),
  });
  return new Promise<void>((done, fail) => {
    const kill = () => command.kill('SIGKILL');
    const finish = (act: () => void) => {
      job.signal?.removeEventListener('abort', kill);
      process.off('exit', kill);
      act();
    };
    job.signal?.addEventListener('abort', kill, { once: true });
    process.once('exit', kill);
    command.once('start', () => job.signal?.aborted && kill());
    command.once('end', () => finish(done));
    command.once('error', cause => finish(() => fail(failureOf(job, cause))));
    command.run();
  });
}

function failureOf({ input, output, signal }: PlainJob, cause: Error): KinemacolorError {
  if (signal?.aborted)
    return new KinemacolorError('interrupted', 'The run was stopped before it was finished.', { cause: signal.reason });
  return new KinemacolorError('process', `ffmpeg could not make ${output} from ${input}: ${cause.message.trim()}.`, { cause });
}

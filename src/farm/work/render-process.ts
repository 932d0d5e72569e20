import { createInterface, type Interface } from 'node:readline';
import { removeStaleParts } from '../../adapters/files/parts.ts';
import { type Child, startChild } from '../../adapters/workers/child-processes.ts';
import { type FailureKind, KinemacolorError } from '../../errors.ts';
import { partsFolder } from '../../pipeline/film/open-segments.ts';
import type { OnProgress, ProgressEvent } from '../../progress.ts';
import { mappedPath } from './path-map.ts';
import { type RenderedAnswer, type RenderRequest, renderAnswerSchema } from './render-request.ts';

/** The program of a render process and its arguments. */
export interface RenderProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Renders shots in a child process, which stays for the next one, so that nothing that rendering does delays the renewal of a
 * lease. It ends with this process, however that ends.
 */
export interface RenderProcess {
  /** Kills the process when `signal` fires and rejects as `interrupted`. */
  render(request: RenderRequest, signal: AbortSignal, onProgress: OnProgress): Promise<RenderedAnswer>;
  close(): Promise<void>;
}

export function openRenderProcess({ program, args }: RenderProgram): RenderProcess {
  const held: { child?: Child | undefined; answers?: Interface; lines?: AsyncIterator<string> } = {};
  const close = async () => {
    const { child, answers } = held;
    held.child = undefined;
    await child?.kill();
    answers?.close(); // the pipe of a child that was killed has no end that would end the reading
  };
  return {
    async render(request, signal, onProgress) {
      if (!held.child) {
        held.child = startChild(program, args, { stdin: 'pipe', stdout: 'pipe' });
        held.answers = createInterface({ input: held.child.stdout });
        held.lines = held.answers[Symbol.asyncIterator]();
      }
      const { child, lines } = held;
      const onAbort = () => void close();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        return await answerOf(lines!, onProgress);
      } catch (cause) {
        if (cause instanceof KinemacolorError && cause.kind !== 'process') throw cause;
        await close();
        await removeStaleParts(partsFolder(mappedPath(request.job.segments, request.folders), request.cache));
        if (signal.aborted) throw new KinemacolorError('interrupted', 'The shot was stopped before it was finished.', { cause });
        throw cause;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    close,
  };
}

async function answerOf(lines: AsyncIterator<string>, onProgress: OnProgress) {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new KinemacolorError('process', 'The render process ended before the shot was finished.');
    const event: unknown = JSON.parse(value);
    const { success, data: answer } = renderAnswerSchema.safeParse(event);
    if (!success) onProgress(event as ProgressEvent);
    else if (answer.type === 'rendered') return answer;
    else throw new KinemacolorError(answer.kind as FailureKind, answer.message);
  }
}

import { createInterface } from 'node:readline';
import { type RenderAnswer, renderRequestSchema } from '../../farm/work/render-request.ts';
import { openShotRenderer } from '../../farm/work/shot-renderer.ts';
import { toFailure } from '../../system-errors.ts';

// The render process of a farm's worker: a request a line on standard input, events and answers on standard output. It ends when
// its input does, also where the worker was killed.

const print = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
async function serveRequests(): Promise<void> {
  const renderer = openShotRenderer();
  const requests = createInterface({ input: process.stdin });
  requests.on('close', () => process.exit());
  process.stdout.on('error', () => process.exit());
  for await (const line of requests) {
    const answer: RenderAnswer = await renderer.render(renderRequestSchema.parse(JSON.parse(line)), print).catch(cause => {
      const { kind, message } = toFailure(cause);
      return { type: 'not-rendered', kind, message } as const;
    });
    print(answer);
  }
}

await serveRequests();

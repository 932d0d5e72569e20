import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { readRange } from '../../adapters/files/read-file.ts';
import { answer, type Desk, gone, requestedShot, requestPath } from './request.ts';

/** Shots as films to be played. */
export function proxyRoutes(app: Hono, { session }: Desk): void {
  app.get(requestPath('playable'), async context => {
    const { number, shot } = requestedShot(context, session);
    const of = await session.shown(number);
    if (of === undefined) return gone(context);
    const { times, duration } = await session.proxies.proxy(of, shot);
    return answer(context, 'playable', { of, times, duration });
  });
  app.get(requestPath('proxy'), async context => {
    const found = await session.proxies.find(context.req.query('of') ?? '');
    if (!found) return gone(context);
    const { start, end } = rangeOf(context.req.header('range'), found.bytes);
    if (start > end) return context.body(null, 416, { 'content-range': `bytes */${found.bytes}` });
    const headers = {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${found.bytes}`,
    };
    const stream = Readable.toWeb(Readable.from(readRange(found.path, start, end))) as ReadableStream;
    return context.body(stream, context.req.header('range') === undefined ? 200 : 206, headers);
  });
}

/** The first range that is asked for, both ends included; without one, the whole. */
function rangeOf(header: string | undefined, bytes: number): { start: number; end: number } {
  const [, first, last] = /^bytes=(\d*)-(\d*)/.exec(header ?? '') ?? [];
  if (!first && !last) return { start: 0, end: bytes - 1 };
  if (!first) return { start: Math.max(0, bytes - Number(last)), end: bytes - 1 };
  return { start: Number(first), end: Math.min(bytes - 1, last ? Number(last) : bytes - 1) };
}

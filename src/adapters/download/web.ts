import type { EnvHttpProxyAgent, Response } from 'undici';
import { KinemacolorError } from '../../errors.ts';
import { eitherOf } from '../../pending.ts';

/** What to do after a failed request: retry later, request the whole file, or give up on this address. */
export type Retry = 'later' | 'from-start' | 'never';

export class WebFailure extends Error {
  readonly retry: Retry;

  constructor(retry: Retry, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.retry = retry;
  }
}

/** A file, or the rest of one, being received. */
export interface WebFile {
  /** Offset of the first byte: the requested one, or 0 where the server sends the whole file. */
  readonly start: number;
  /** Size of the whole file, where the server states it. */
  readonly total: number | undefined;
  /** Identifies this version of the file (a strong ETag, else the time of its last change), for `If-Range`. */
  readonly validator: string | undefined;
  /** Throws WebFailure. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface WebRequest {
  /** Request the bytes from this offset on. */
  readonly from: number;
  /** Continue only if the file is still this version; otherwise the whole file is sent. */
  readonly validator?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What files are received by. */
export interface FileTransport {
  /** Throws WebFailure, never `interrupted`: the caller knows its own signal. */
  open(url: string, request: WebRequest): Promise<WebFile>;
}

/** Connections to servers of HTTP. */
export interface Web extends FileTransport {
  close(): Promise<void>;
}

const PARTIAL = 206;
const RANGE_NOT_SATISFIABLE = 416;
/** Status codes after which a retry may succeed: timeout, too early, too many requests, and all server errors. */
export const isTemporary = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

/** Milliseconds without data after which a server is given up. */
export const TIMEOUT = 30_000;

/**
 * Connections through the proxies in HTTP_PROXY, HTTPS_PROXY and NO_PROXY. A server that sends nothing for `timeout` ms is
 * given up.
 */
export async function openWeb(timeout = TIMEOUT): Promise<Web> {
  const undici = await import('undici'); // imported here: it takes 0.2 s, which only a download should cost
  const agent = openAgent(undici, timeout);
  return {
    async open(url, { from, validator, signal }) {
      const watch = openWatch(timeout, signal);
      try {
        const headers = {
          'accept-encoding': 'identity', // offsets are those of the file itself
          ...(from > 0 && { range: `bytes=${from}-` }),
          ...(from > 0 && validator !== undefined && { 'if-range': validator }),
        };
        const response = await follow(url, address =>
          undici.fetch(address, { headers, dispatcher: agent, signal: watch.signal, redirect: 'manual' }),
        );
        return { ...readHead(response, from), chunks: readBody((response.body ?? []) as AsyncIterable<Uint8Array>, watch) };
      } catch (cause) {
        watch.end();
        throw failureOf(cause, watch);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The limit of common browsers. */
const MAX_REDIRECTIONS = 20;

/**
 * Send a request and follow redirects, but never from an encrypted connection to an unencrypted one, nor to anything but HTTP
 * and HTTPS.
 */
async function follow(url: string, ask: (url: string) => Promise<Response>): Promise<Response> {
  let address = new URL(url);
  for (let count = 0; count <= MAX_REDIRECTIONS; count++) {
    const response = await ask(address.href);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, address.href)) throw new WebFailure('never', `it sends on to "${location}", which is no address`);
    const next = new URL(location, address);
    const open = address.protocol === 'https:' ? ['https:'] : ['https:', 'http:'];
    if (!open.includes(next.protocol)) {
      const from = address.protocol.slice(0, -1);
      throw new WebFailure(
        'never',
        `it sends on from ${from} to ${next.protocol.slice(0, -1)} (${next.origin}), which is not followed`,
      );
    }
    address = next;
  }
  throw new WebFailure('never', 'the connection failed (redirect count exceeded)');
}

function openAgent(undici: typeof import('undici'), timeout: number): EnvHttpProxyAgent {
  try {
    return new undici.EnvHttpProxyAgent({ connect: { timeout: timeout }, headersTimeout: 0, bodyTimeout: 0 });
  } catch (cause) {
    throw new KinemacolorError(
      'environment',
      `HTTP_PROXY or HTTPS_PROXY cannot be used (${(cause as Error).message}); expected an address like http://proxy:3128.`,
      { cause },
    );
  }
}

function readHead(response: Response, from: number): Omit<WebFile, 'chunks'> {
  const { status, headers } = response;
  if (status === RANGE_NOT_SATISFIABLE) throw new WebFailure('from-start', 'it has no bytes after those that are here');
  if (!response.ok) throw new WebFailure(isTemporary(status) ? 'later' : 'never', `it answered with HTTP ${status}`);
  const tag = headers.get('etag');
  const validator = tag && !tag.startsWith('W/') ? tag : (headers.get('last-modified') ?? undefined);
  if (status !== PARTIAL) return { start: 0, total: wholeLength(headers), validator };
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (start === undefined || Number(start) !== from)
    throw new WebFailure('from-start', 'it sent another part than was asked for');
  return { start: from, total: total === '*' ? undefined : Number(total), validator };
}

function wholeLength(headers: Response['headers']): number | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  const length = headers.get('content-length');
  return encoding === 'identity' && length !== null ? Number(length) : undefined;
}

/** The bytes of a response. Throws WebFailure, also where none came for the time of `watch`. */
export async function* readBody(body: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      watch.reset();
      yield chunk;
    }
  } catch (cause) {
    throw failureOf(cause, watch);
  } finally {
    watch.end();
  }
}

/** Watches that data come. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly stalled: AbortSignal;
  reset(): void;
  end(): void;
}

/** Fires when no data came for `timeout` ms, or when the caller's signal does. */
export function openWatch(timeout: number, caller: AbortSignal | undefined): Watch {
  const stall = new AbortController();
  const start = () => setTimeout(() => stall.abort(), timeout).unref(); // the connection keeps the program alive, not this timer
  const state = { timer: start() };
  return {
    timeout,
    stalled: stall.signal,
    signal: eitherOf(stall.signal, caller),
    reset() {
      clearTimeout(state.timer);
      state.timer = start();
    },
    end: () => clearTimeout(state.timer),
  };
}

/** A failed connection as a WebFailure. */
export function failureOf(cause: unknown, watch: Watch): WebFailure {
  if (cause instanceof WebFailure) return cause;
  if (watch.stalled.aborted) return new WebFailure('later', `it sent nothing for ${watch.timeout / 1000} seconds`, cause);
  const inner = (cause as Error).cause as (Error & { code?: string }) | undefined;
  const reason = inner?.message || inner?.code || (cause as Error).message;
  return new WebFailure(/redirect/.test(reason) ? 'never' : 'later', `the connection failed (${reason})`, cause);
}

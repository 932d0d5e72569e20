import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** Served to any request from this machine: they hold no secret, and a browser requests them without one. */
const OPEN_PATHS = new Set(['/page.js', '/page.css']);

/** Nothing from outside the server, no frame around it, no form to elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a page that is not ours needs beyond the review page. */
export interface PageGuard {
  /** Its content security policy. */
  readonly policy?: string;
  /** A cookie of this name, set where the address has the token, stands for the token: such a page does not send it by itself. */
  readonly cookie?: string;
}

/**
 * Who may ask. The Host must be this machine by its own name (another name that leads here is DNS rebinding), an Origin, where
 * one is sent, must be the page's own, and every request but for the page's script and style carries the token: in a header
 * (`Authorization: Bearer` too), in the address, or in the cookie.
 */
export function guard(token: string, { policy = POLICY, cookie }: PageGuard = {}): MiddlewareHandler {
  return async (context, next) => {
    dress(context, policy);
    const host = context.req.header('host') ?? '';
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host))
      return context.json({ message: `Expected the host 127.0.0.1, received "${host}".` }, 403);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return context.json({ message: `Requests from ${origin} are not taken; open the page at its own address.` }, 403);
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const kept = cookie === undefined ? undefined : getCookie(context, cookie);
    const inAddress = context.req.query('token');
    const isKnown = sameSecret(context.req.header('x-kinemacolor-token') ?? inAddress ?? bearer ?? kept ?? '', token);
    if (!OPEN_PATHS.has(context.req.path) && !isKnown)
      return context.json(
        { message: 'Expected the token of this server; open the address that it printed when it started.' },
        401,
      );
    if (cookie !== undefined && inAddress !== undefined && isKnown)
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    await next();
    dress(context, policy);
  };
}

/** Every answer, a refusal too, is kept by nobody and allows nothing from elsewhere. */
function dress(context: Context, policy: string): void {
  context.header('content-security-policy', policy);
  context.header('x-content-type-options', 'nosniff');
  context.header('referrer-policy', 'no-referrer');
  context.header('cache-control', 'no-store');
}

function sameSecret(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';

/** Served to any request from this machine: they hold no secret, and a browser requests them without one. */
const OPEN_PATHS = new Set(['/page.js', '/page.css']);

/** Nothing from outside the server, no frame around it, no form to elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Who may ask. The Host must be this machine by its own name (another name that leads here is DNS rebinding), an Origin, where
 * one is sent, must be the page's own, and every request but for the page's script and style carries the token.
 */
export function guard(token: string): MiddlewareHandler {
  return async (context, next) => {
    dress(context);
    const host = context.req.header('host') ?? '';
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host))
      return context.json({ message: `Expected the host 127.0.0.1, received "${host}".` }, 403);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return context.json({ message: `Requests from ${origin} are not taken; open the page at its own address.` }, 403);
    const given = context.req.header('x-kinemacolor-token') ?? context.req.query('token') ?? '';
    if (!OPEN_PATHS.has(context.req.path) && !sameSecret(given, token))
      return context.json(
        { message: 'Expected the token of this server; open the address that it printed when it started.' },
        401,
      );
    await next();
    dress(context);
  };
}

/** Every answer, a refusal too, is kept by nobody and allows nothing from elsewhere. */
function dress(context: Context): void {
  context.header('content-security-policy', POLICY);
  context.header('x-content-type-options', 'nosniff');
  context.header('referrer-policy', 'no-referrer');
  context.header('cache-control', 'no-store');
}

function sameSecret(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

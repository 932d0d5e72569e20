import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { explainIssues } from '../../options.ts';
import type { EditingSession } from '../../pipeline/project/editing-session.ts';
import type { Answers, Refusal } from '../contract.ts';
import { ROUTES, type RouteName } from '../routes.ts';
import type { Broadcast } from './event-stream.ts';
import type { ProjectViews } from './project-view.ts';

/** What every route needs; `start` names this start of the server. */
export interface Desk {
  readonly session: EditingSession;
  readonly broadcast: Broadcast;
  readonly start: string;
  readonly views: ProjectViews;
}

export function refuse(context: Context, refusal: Refusal, status: 400 | 404 | 409 | 413 | 500): Response {
  return context.json(refusal, status);
}

/** Answer as the contract says. */
export function answer<Name extends keyof Answers>(
  context: Context,
  _name: Name,
  value: Answers[Name],
  status: 200 | 202 = 200,
): Response {
  return context.json(value, status);
}

/** A route's path as Hono takes it. */
export function requestPath(name: RouteName): string {
  return ROUTES[name].split(' ')[1]!;
}

export function indexOf(context: Context, name: string): number {
  const text = context.req.param(name) ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new KinemacolorError('usage', `Expected a whole number in the address, received "${text}".`);
}

/** The shot that the address names. Throws `usage` where there is none. */
export function requestedShot(
  context: Context,
  session: EditingSession,
): { readonly number: number; readonly shot: PlannedShot } {
  const number = indexOf(context, 'number');
  const shot = session.project.plan().shots[number];
  if (!shot) throw new KinemacolorError('usage', `There is no shot ${number}.`);
  return { number, shot };
}

/** What was sent as JSON. Throws `usage` in one sentence. `what`: what it is, for that. */
export async function sent<Schema extends z.ZodType>(context: Context, what: string, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(jsonOf(await context.req.text()));
  if (parsed.success) return parsed.data;
  throw new KinemacolorError('usage', `The ${what} is not valid: ${explainIssues(parsed.error)}.`, { cause: parsed.error });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KinemacolorError('usage', 'The request is not JSON.', { cause });
  }
}

/** Pixels across of a picture when the page does not say, and at most. */
const WIDTH = { usual: 960, most: 4096 };

export function widthOf(context: Context): number {
  const requested = Number(context.req.query('width') ?? WIDTH.usual);
  return Number.isInteger(requested) && requested > 0 ? Math.min(requested, WIDTH.most) : WIDTH.usual;
}

/** Not a fault of anybody: the project's view, which is on its way, has another address for it. */
export function gone(context: Context): Response {
  return context.body(null, 204);
}

export function jpeg(context: Context, bytes: Buffer): Response {
  return context.body(new Uint8Array(bytes), 200, { 'content-type': 'image/jpeg' });
}

export function limit(maxSize: number) {
  return bodyLimit({ maxSize, onError: context => context.json({ message: `Expected at most ${maxSize} bytes.` }, 413) });
}

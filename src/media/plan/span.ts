import type { Keyframe } from './keyframe.ts';
import type { Shot } from './shot.ts';

/**
 * Colour known at an end of a span: a keyframe's own, that of a keyframe beyond, propagated through the spans between, or none.
 */
export type SpanEnd =
  | { readonly kind: 'keyframe'; readonly index: number }
  | { readonly kind: 'propagated'; readonly index: number }
  | { readonly kind: 'open' };

/**
 * Frames start <= index < end of one shot, the unit of memory. Normally its first and last frame are keyframes. Adjacent spans
 * share the frame where they meet; the earlier span renders it.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly left: SpanEnd;
  readonly right: SpanEnd;
  /** Whether colour is propagated beyond the keyframe at its end into the next span, and back from there. */
  readonly joined: boolean;
}

/** A span before it is known whether it is joined to the next. */
type Piece = Omit<Span, 'joined'>;

const OPEN: SpanEnd = { kind: 'open' };

/** Maximum frames of one span, and of two joined spans; 0: spans are never joined. */
export interface SpanLimits {
  readonly longest: number;
  readonly joined: number;
}

/**
 * Cuts a shot at its keyframes (sorted, inside the shot). A stretch of more than `longest` frames between keyframes exceeds
 * memory and is cut further; each piece gets the colour of both keyframes, propagated to its ends.
 */
export function spansOf(shot: Shot, keyframes: readonly Keyframe[], limits: SpanLimits): Span[] {
  const pieces = piecesOf(shot, keyframes, limits.longest);
  return pieces.map((piece, i) => ({ ...piece, joined: areJoined(piece, pieces[i + 1], limits.joined) }));
}

/** Whether adjacent spans share a keyframe and fit into memory together. */
function areJoined(piece: Piece, next: Piece | undefined, max: number): boolean {
  const reachable = piece.left.kind !== 'propagated' && next?.right.kind !== 'propagated';
  return reachable && piece.right.kind === 'keyframe' && next?.left.kind === 'keyframe' && next.end - piece.start <= max;
}

function piecesOf(shot: Shot, keyframes: readonly Keyframe[], longest: number): Piece[] {
  const stops = [...new Set([shot.start, ...keyframes.map(keyframe => keyframe.index), shot.end - 1])];
  const keyed = new Set(keyframes.map(keyframe => keyframe.index));
  const endAt = (index: number): SpanEnd => (keyed.has(index) ? { kind: 'keyframe', index } : OPEN);
  if (stops.length === 1) return [{ start: shot.start, end: shot.end, left: endAt(shot.start), right: OPEN }];
  return stops
    .slice(1)
    .flatMap((stop, i) => cutLong({ start: stops[i]!, end: stop + 1, left: endAt(stops[i]!), right: endAt(stop) }, longest));
}

function cutLong(span: Piece, longest: number): Piece[] {
  const pieces: Piece[] = [];
  let { start, left } = span;
  while (span.end - start > longest) {
    const end = start + longest;
    pieces.push({ start, end, left, right: beyond(span.right) });
    left = beyond(left);
    start = end - 1;
  }
  pieces.push({ start, end: span.end, left, right: span.right });
  return pieces;
}

function beyond(end: SpanEnd): SpanEnd {
  return end.kind === 'open' ? OPEN : { kind: 'propagated', index: end.index };
}

/** Frames between the keyframes at both ends (or beyond them, see `beyond`); Infinity if one is missing. */
export function intervalOf({ left, right }: Pick<Span, 'left' | 'right'>): number {
  return left.kind === 'open' || right.kind === 'open' ? Number.POSITIVE_INFINITY : right.index - left.index;
}

/** Which end's keyframe a frame is, by its position in the span; undefined if it is none. */
export function keyframeEnd({ start, end, left, right }: Span, place: number): 'left' | 'right' | undefined {
  if (place === 0 && left.kind === 'keyframe') return 'left';
  return place === end - 1 - start && right.kind === 'keyframe' ? 'right' : undefined;
}

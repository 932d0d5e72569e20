/** Frames from `start` up to `end`, over the whole width of an element. */
interface FrameRange {
  readonly start: number;
  readonly end: number;
}

/** Where the middle of a frame lies along an element that shows these frames, as a CSS length from its left. */
export function leftOf(frame: number, { start, end }: FrameRange): string {
  return `${((frame - start + 0.5) / (end - start)) * 100}%`;
}

/** The frame under the pointer, along an element that shows these frames; at its ends the first or the last. */
export function frameUnder(event: MouseEvent, along: Element, { start, end }: FrameRange): number {
  const box = along.getBoundingClientRect();
  const place = Math.floor(((event.clientX - box.left) / box.width) * (end - start));
  return start + Math.max(0, Math.min(end - start - 1, place));
}

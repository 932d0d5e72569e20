/** Whether the element that listens is being dragged: from a press on it until the release, wherever the pointer goes. */
export function isDragged(event: PointerEvent): boolean {
  const element = event.currentTarget as HTMLElement;
  if (event.type === 'pointerdown') element.setPointerCapture(event.pointerId);
  return element.hasPointerCapture(event.pointerId);
}

/** The frame under the pointer, along an element that shows the frames from `start` up to `end`; at its ends the first or the last. */
export function frameUnder(event: MouseEvent, along: Element, { start, end }: { start: number; end: number }): number {
  const box = along.getBoundingClientRect();
  const place = Math.floor(((event.clientX - box.left) / box.width) * (end - start));
  return start + Math.max(0, Math.min(end - start - 1, place));
}

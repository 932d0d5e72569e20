/** Whether the element that listens is being dragged: from a press on it until the release, wherever the pointer goes. */
export function isDragged(event: PointerEvent): boolean {
  const element = event.currentTarget as HTMLElement;
  if (event.type === 'pointerdown') element.setPointerCapture(event.pointerId);
  return element.hasPointerCapture(event.pointerId);
}

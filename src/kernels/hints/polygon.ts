type Vertices = readonly (readonly [x: number, y: number])[];

/** Cells whose centre lies inside a closed polygon (even-odd rule), ascending. Vertices in shares of the picture. */
export function polygonCells(polygon: Vertices, { width, height }: { width: number; height: number }): number[] {
  const cells: number[] = [];
  for (let row = 0; row < height; row++)
    for (const [from, to] of spansAt(polygon, (row + 0.5) / height)) {
      const last = Math.min(width, Math.ceil(to * width - 0.5));
      for (let column = Math.max(0, Math.ceil(from * width - 0.5)); column < last; column++) cells.push(row * width + column);
    }
  return cells;
}

/** Whether a position lies inside a closed polygon (even-odd rule). */
export function isInPolygon(polygon: Vertices, { x, y }: { x: number; y: number }): boolean {
  return spansAt(polygon, y).some(([from, to]) => x >= from && x < to);
}

/** A position inside a polygon: the middle of the widest span through its mean height, rounding apart. */
export function placeInside(polygon: Vertices): { x: number; y: number } {
  const y = polygon.reduce((sum, vertex) => sum + vertex[1], 0) / polygon.length;
  const spans = spansAt(polygon, y);
  if (spans.length === 0) return { x: polygon[0]![0], y: polygon[0]![1] };
  const [from, to] = spans.reduce((widest, one) => (one[1] - one[0] > widest[1] - widest[0] ? one : widest));
  return { x: (from + to) / 2, y };
}

/** Where a horizontal line runs inside a polygon, from left to right. */
function spansAt(polygon: Vertices, y: number): [from: number, to: number][] {
  const crossings = polygon.flatMap(([x1, y1], place) => {
    const [x2, y2] = polygon[(place + 1) % polygon.length]!;
    return y1 > y === y2 > y ? [] : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)];
  });
  crossings.sort((a, b) => a - b);
  return Array.from({ length: crossings.length >> 1 }, (_, pair) => [crossings[2 * pair]!, crossings[2 * pair + 1]!]);
}

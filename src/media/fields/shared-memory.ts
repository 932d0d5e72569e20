/** Free shared memory of this thread, by size in bytes. */
const free = new Map<number, SharedArrayBuffer[]>();

/** `bytes` bytes of zeroed shared memory, recycled if possible. */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  const buffer = takeFree(bytes);
  if (!buffer) return new SharedArrayBuffer(bytes);
  clear(buffer);
  return buffer;
}

/** V8 fills shared memory element by element: eight bytes at a time take an eighth of the time. */
function clear(buffer: SharedArrayBuffer): void {
  const words = Math.floor(buffer.byteLength / 8);
  new BigUint64Array(buffer, 0, words).fill(0n);
  new Uint8Array(buffer, 8 * words).fill(0);
}

/** Recycled memory, not cleared. */
export function takeFree(bytes: number): SharedArrayBuffer | undefined {
  return free.get(bytes)?.pop();
}

/** Returns memory for recycling. Nobody may access it afterwards. */
export function giveBack(buffer: SharedArrayBuffer): void {
  const alike = free.get(buffer.byteLength);
  if (alike) alike.push(buffer);
  else free.set(buffer.byteLength, [buffer]);
}

/** Leaves all free memory to the garbage collector. */
export function dropFree(): void {
  free.clear();
}

/** Runs `work` with memory on loan for its results. What they do not use is not kept. */
export function withLent<Result>(buffers: readonly SharedArrayBuffer[], work: () => Result): Result {
  for (const buffer of buffers) giveBack(buffer);
  try {
    return work();
  } finally {
    dropFree();
  }
}

/** The shared memory behind a typed array, or behind lists and records of them at any depth, without duplicates. */
export function memoryOf(value: unknown): Set<SharedArrayBuffer> {
  const found = new Set<SharedArrayBuffer>();
  gather(value, found);
  return found;
}

function gather(value: unknown, into: Set<SharedArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof SharedArrayBuffer) into.add(value);
  else if (ArrayBuffer.isView(value)) gather(value.buffer, into);
  else for (const part of Array.isArray(value) ? value : Object.values(value)) gather(part, into);
}

export function bytesOf(memory: Iterable<SharedArrayBuffer>): number {
  let sum = 0;
  for (const { byteLength } of memory) sum += byteLength;
  return sum;
}

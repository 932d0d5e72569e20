/** Memory of this thread that nobody needs any more, by its bytes. */
const free = new Map<number, SharedArrayBuffer[]>();

/** `bytes` bytes of zeros that several threads can see: of what was given back, or else new. */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  const buffer = takeFree(bytes);
  if (!buffer) return new SharedArrayBuffer(bytes);
  new Uint8Array(buffer).fill(0);
  return buffer;
}

/** Memory that was given back, with whatever lies in it. */
export function takeFree(bytes: number): SharedArrayBuffer | undefined {
  return free.get(bytes)?.pop();
}

/** Nobody reads or writes there any more. */
export function giveBack(buffer: SharedArrayBuffer): void {
  const alike = free.get(buffer.byteLength);
  if (alike) alike.push(buffer);
  else free.set(buffer.byteLength, [buffer]);
}

/** Leave what is free to the garbage collector. */
export function dropFree(): void {
  free.clear();
}

/** Do some work, whose results may lie in the memory lent; what they do not need is not kept. */
export function withLent<Result>(buffers: readonly SharedArrayBuffer[], work: () => Result): Result {
  for (const buffer of buffers) giveBack(buffer);
  try {
    return work();
  } finally {
    dropFree();
  }
}

/** The shared memory under a typed array, or under lists and records of them, to any depth; what is met twice is named once. */
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

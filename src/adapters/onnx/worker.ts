import { parentPort, workerData } from 'node:worker_threads';
import { Float16Array } from '@petamoriken/float16';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from './runtime.ts';
import type { FromWorker, SessionRequest, TensorData, TensorShape, ToWorker } from './session.ts';

/**
 * The thread of one ONNX Runtime session (opened by session.ts). ONNX Runtime blocks the thread that calls it. It does not
 * accept tensors in shared memory, so every input is copied. Models with float16 inputs or outputs are used with float32 data
 * all the same.
 */
const port = parentPort!;
const runtime = await loadOnnxRuntime();
const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

// Where JavaScript has Float16Array (Node 24), onnxruntime-common returns float16 data in one, which onnxruntime-node treats as
// empty. It checks when the first tensor is created, so the class is removed from this thread before.
Reflect.deleteProperty(globalThis, 'Float16Array');

// Errors arrive as exceptions; the native log would be printed to the user's terminal.
runtime.env.logLevel = 'fatal';

try {
  const session = await open(workerData as SessionRequest);
  // One after the other, so that a close does not overtake a run.
  const queue = { last: Promise.resolve() };
  port.on('message', (message: ToWorker) => {
    queue.last = queue.last.then(() => answer(session, message));
  });
  post({ kind: 'opened', inputs: shapesOf(session.inputMetadata), outputs: shapesOf(session.outputMetadata) });
} catch (cause) {
  post({ kind: 'refused', reason: (cause as Error).message });
  port.close();
}

function open({ path, provider, threads }: SessionRequest): Promise<InferenceSession> {
  return runtime.InferenceSession.create(path, {
    executionProviders: [provider],
    // A fixed number of threads and a fixed order of operators: the same input gives the same bytes.
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: provider !== 'dml', // required by DirectML
    logSeverityLevel: 4,
    // Waiting threads sleep instead of spinning: between keyframes the cores are used by flow and the encoder.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  });
}

async function answer(session: InferenceSession, message: ToWorker): Promise<void> {
  if (message.kind === 'close') {
    await session.release();
    port.close();
    return;
  }
  try {
    const feeds = Object.fromEntries(
      message.feeds.map(feed => [
        feed.name,
        tensorOf(
          feed,
          session.inputMetadata.find(({ name }) => name === feed.name),
        ),
      ]),
    );
    const results = await session.run(feeds, [...message.fetch]);
    const tensors = message.fetch.map((name): TensorData => {
      const { dims, type, data } = results[name]!;
      return { name, dims, data: type === 'float16' ? widened(data) : new Float32Array(data as Float32Array) };
    });
    post(
      { kind: 'result', id: message.id, tensors },
      tensors.map(({ data }) => data.buffer as ArrayBuffer),
    );
  } catch (cause) {
    post({ kind: 'failed', id: message.id, reason: (cause as Error).message });
  }
}

function tensorOf({ dims, data }: TensorData, metadata: InferenceSession.ValueMetadata | undefined): Tensor {
  if (!metadata?.isTensor || metadata.type !== 'float16') return new runtime.Tensor('float32', new Float32Array(data), [...dims]);
  const halves = new Float16Array(data);
  return new runtime.Tensor('float16', new Uint16Array(halves.buffer, halves.byteOffset, halves.length), [...dims]);
}

/** float16 data arrives as bits in a Uint16Array. */
function widened(data: Tensor.DataType): Float32Array {
  const bits = data as Uint16Array;
  return new Float32Array(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
}

/** For a free axis without a name, ONNX Runtime returns 0, -1 or nothing. */
function axisOf(axis: number | string): number | string {
  return (typeof axis === 'number' ? axis > 0 : axis !== '') ? axis : '?';
}

function shapesOf(metadata: readonly InferenceSession.ValueMetadata[]): TensorShape[] {
  return metadata.map(value => ({
    name: value.name,
    type: value.isTensor ? value.type : 'none',
    shape: value.isTensor ? value.shape.map(axisOf) : [],
  }));
}

import { Worker } from 'node:worker_threads';
import { pending } from '../../pending.ts';
import { withoutTelemetry } from './runtime.ts';

/** A float32 tensor, row-major over `dims`. `data` may be shared memory: it is copied. */
export interface TensorData {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An input or output as declared by the model file: a number for a fixed axis, a name for a free one. */
export interface TensorShape {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface SessionRequest {
  readonly path: string;
  /** ONNX Runtime's name of the execution provider: `cpu`, `cuda`, `webgpu`, `coreml`, `dml`. */
  readonly provider: string;
  readonly threads: number;
}

export type ToWorker =
  | { readonly kind: 'run'; readonly id: number; readonly feeds: readonly TensorData[]; readonly fetch: readonly string[] }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'opened'; readonly inputs: readonly TensorShape[]; readonly outputs: readonly TensorShape[] }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'result'; readonly id: number; readonly tensors: readonly TensorData[] }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** One ONNX Runtime session in its own thread. Runs finish in the order in which they were started. */
export interface OnnxSession {
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
  /** Rejects with ONNX Runtime's message where a run fails. */
  run(feeds: readonly TensorData[], fetch: readonly string[]): Promise<readonly TensorData[]>;
  /** Waits for the runs that were started, then ends the thread. May be called again. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(tensors: readonly TensorData[]): void;
  reject(cause: Error): void;
}

/** Open a model on exactly one execution provider. Rejects with ONNX Runtime's message where that fails. */
export async function openSession(request: SessionRequest): Promise<OnnxSession> {
  withoutTelemetry();
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: request });
  const waiting = new Map<number, Waiting>();
  const state = { next: 0, closing: false, why: 'the model was closed' };
  /** An idle session does not keep the process alive; one with a run or a close that is not finished does. */
  const keepAlive = () => {
    if (waiting.size > 0 || state.closing) worker.ref();
    else worker.unref();
  };
  const failAll = (cause: Error) => {
    for (const one of waiting.values()) one.reject(cause);
    waiting.clear();
  };
  const gone = new Promise<void>(resolve => {
    worker.once('exit', () => {
      if (!state.closing) state.why = 'the thread of the model ended';
      state.closing = true;
      failAll(new Error('the thread of the model ended'));
      resolve();
    });
  });
  const opening = new Promise<Extract<FromWorker, { kind: 'opened' }>>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'opened') return resolve(message);
      if (message.kind === 'refused') return reject(new Error(message.reason));
      finishRun(waiting, message);
      keepAlive();
    });
    worker.on('error', cause => {
      reject(cause);
      failAll(cause as Error);
    });
    void gone.then(() => reject(new Error('the thread of the model ended before the model was open')));
  });
  const opened = await pending('the model to open', opening);
  keepAlive();
  const send = (message: ToWorker) => worker.postMessage(message);
  return {
    inputs: opened.inputs,
    outputs: opened.outputs,
    run(feeds, fetch) {
      const answer = new Promise<readonly TensorData[]>((resolve, reject) => {
        if (state.closing) return reject(new Error(state.why));
        const id = state.next++;
        waiting.set(id, { resolve, reject });
        keepAlive();
        send({ kind: 'run', id, feeds, fetch });
      });
      return pending("the model's answer", answer);
    },
    close() {
      if (!state.closing) send({ kind: 'close' });
      state.closing = true;
      keepAlive();
      return pending('the model to close', gone);
    },
  };
}

function finishRun(waiting: Map<number, Waiting>, message: Extract<FromWorker, { id: number }>): void {
  const one = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.kind === 'result') one?.resolve(message.tensors);
  else one?.reject(new Error(message.reason));
}

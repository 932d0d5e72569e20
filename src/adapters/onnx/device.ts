import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { DEVICES, type DeviceChoice } from '../../options.ts';
import { loadOnnxRuntime } from './runtime.ts';

/** Where a model runs. */
export type Device = Exclude<DeviceChoice, 'auto'>;

/** ONNX Runtime's names of them. */
export const PROVIDERS: Record<Device, string> = {
  cpu: 'cpu',
  cuda: 'cuda',
  webgpu: 'webgpu',
  coreml: 'coreml',
  directml: 'dml',
};

/** The devices that ONNX Runtime knows on this platform, whether or not they are there. */
export async function offeredDevices(): Promise<readonly Device[]> {
  const { listSupportedBackends } = await loadOnnxRuntime();
  const offered = new Set(listSupportedBackends().map(({ name }) => name));
  return DEVICES.filter(device => device !== 'auto' && offered.has(PROVIDERS[device])) as Device[];
}

/** What to do about a device that is not there. */
export function remedyFor(device: Device): string {
  if (device === 'cpu') return 'reinstall the package';
  if (device === 'coreml') return 'it exists on Macs with Apple silicon only; use --device cpu elsewhere';
  if (device === 'directml') return 'it exists on Windows only; use --device cpu elsewhere';
  if (device === 'webgpu') return 'install the Vulkan driver of your GPU, or use --device cpu';
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it exists on Linux x64 only; use another device';
  const runtime = relative(process.cwd(), dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')));
  // What ONNX Runtime runs CUDA with; the npm package leaves it out, and an install may leave an empty file in its place.
  const library = join(runtime, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');
  if ((statSync(library, { throwIfNoEntry: false })?.size ?? 0) > 0)
    return `"ldd ${library}" shows which CUDA and cuDNN it needs: install what it misses, and a driver as new, or use --device cpu`;
  const script = join(runtime, 'script/install.js');
  return `on a machine with an NVIDIA GPU, CUDA and cuDNN 9, run "ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script}" once, or use --device cpu`;
}

/**
 * The order in which `auto` tries devices. WebGPU is not among them: ONNX Runtime does not say whether its adapter is a GPU or a
 * program that imitates one, which is a hundred times slower than the CPU provider. Ask for it by name.
 */
export function automaticDevices(platform: NodeJS.Platform): readonly Device[] {
  if (platform === 'darwin') return ['coreml', 'cpu'];
  if (platform === 'win32') return ['directml', 'cpu'];
  return ['cuda', 'cpu'];
}

/** Longest reason that still reads as part of one sentence, in characters. */
const LONGEST_REASON = 200;

/** What ONNX Runtime said, without its source paths and function names, as the end of a sentence. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (text.includes('Failed to load shared library')) return 'its library is not installed, or a library that it needs is not';
  // CUDA's own sentence stands behind the functions that it passed through.
  const [failure] = /\b[A-Z]+ failure \d+: [^;]+/i.exec(text) ?? [];
  const line = (failure ?? text)
    .trim()
    .split('\n')[0]!
    .replace(/^\/\S*onnxruntime_src\/.* was false\. /, '')
    .replace(/^no available backend found\. ERR: /, '');
  return line.slice(0, LONGEST_REASON).replace(/[.\s]+$/, '');
}

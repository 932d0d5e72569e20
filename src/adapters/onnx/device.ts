import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { DEVICES, type DeviceChoice } from '../../options.ts';
import { loadOnnxRuntime } from './runtime.ts';

/** A device that a model runs on. */
export type Device = Exclude<DeviceChoice, 'auto'>;

/** ONNX Runtime's names of the devices. */
export const PROVIDERS: Record<Device, string> = {
  cpu: 'cpu',
  cuda: 'cuda',
  webgpu: 'webgpu',
  coreml: 'coreml',
  directml: 'dml',
};

/** The devices that ONNX Runtime supports on this platform, whether or not they exist here. */
export async function offeredDevices(): Promise<readonly Device[]> {
  const { listSupportedBackends } = await loadOnnxRuntime();
  const offered = new Set(listSupportedBackends().map(({ name }) => name));
  return DEVICES.filter(device => device !== 'auto' && offered.has(PROVIDERS[device])) as Device[];
}

/** What to do about a missing device, as the end of a sentence. */
export function remedyFor(device: Device): string {
  if (device === 'cpu') return 'reinstall the package';
  if (device === 'coreml') return 'it exists on Macs with Apple silicon only; use --device cpu elsewhere';
  if (device === 'directml') return 'it exists on Windows only; use --device cpu elsewhere';
  if (device === 'webgpu') return 'install the Vulkan driver of your GPU, or use --device cpu';
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it exists on Linux x64 only; use another device';
  const runtime = relative(process.cwd(), dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')));
  // ONNX Runtime's CUDA library. The npm package does not contain it, and an install may leave an empty file in its place.
  const library = join(runtime, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');
  if ((statSync(library, { throwIfNoEntry: false })?.size ?? 0) > 0)
    return `"ldd ${library}" shows which CUDA and cuDNN it needs: install what it misses, and a driver as new, or use --device cpu`;
  const script = join(runtime, 'script/install.js');
  return `on a machine with an NVIDIA GPU, CUDA and cuDNN 9, run "ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script}" once, or use --device cpu`;
}

/**
 * The order in which `auto` tries devices. WebGPU must be named: ONNX Runtime does not say whether its adapter is a GPU or
 * software that emulates one, which is a hundred times slower than the CPU provider.
 */
export function automaticDevices(platform: NodeJS.Platform): readonly Device[] {
  if (platform === 'darwin') return ['coreml', 'cpu'];
  if (platform === 'win32') return ['directml', 'cpu'];
  return ['cuda', 'cpu'];
}

/** Longest reason, in characters, that still fits into a sentence. */
const LONGEST_REASON = 200;

/** ONNX Runtime's message without source paths and function names, as the end of a sentence. */
export function runtimeReason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (text.includes('Failed to load shared library')) return 'its library is not installed, or a library that it needs is not';
  // CUDA's own message follows the names of the functions that it went through.
  const [failure] = /\b[A-Z]+ failure \d+: [^;]+/i.exec(text) ?? [];
  const line = (failure ?? text)
    .trim()
    .split('\n')[0]!
    .replace(/^\/\S*onnxruntime_src\/.* was false\. /, '')
    .replace(/^no available backend found\. ERR: /, '');
  return line.slice(0, LONGEST_REASON).replace(/[.\s]+$/, '');
}

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DeviceComparison } from '../../fixtures/models/compare-devices.ts';

/** SwiftShader: Vulkan computed on the CPU. Slow, but the same path through our adapter and ONNX Runtime as a real GPU. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
/** One 8-bit level, what a device is held to when it is opened. */
const LEVEL = 1 / 255;

describe('the bundled model on WebGPU', () => {
  const there = existsSync(SWIFTSHADER);

  it(`computes the same colours as the CPU${there ? '' : ` (not run: no ${SWIFTSHADER}; it comes with Debian's chromium)`}`, async function () {
    if (!there) this.skip();
    this.timeout(240_000); // its shaders are compiled on the CPU, on a busy machine for a minute
    const runtime = await mkdtemp(join(tmpdir(), 'kinemacolor-webgpu-'));
    try {
      const script = fileURLToPath(new URL('../../fixtures/models/compare-devices.js', import.meta.url));
      const env = { ...process.env, XDG_RUNTIME_DIR: runtime, VK_ICD_FILENAMES: SWIFTSHADER };
      const { stdout } = await promisify(execFile)(process.execPath, [script, 'webgpu'], { env });
      const found = JSON.parse(stdout) as DeviceComparison;
      assert.equal(found.device, 'webgpu');
      assert.ok(found.colour > 2 * LEVEL, `the picture is coloured, by ${found.colour}`);
      assert.ok(found.chroma < LEVEL, `mean difference of chroma ${found.chroma}`);
      assert.ok(found.confidence < LEVEL, `largest difference of confidence ${found.confidence}`);
    } finally {
      await rm(runtime, { recursive: true });
    }
  });
});

/**
 * Runs before install scripts (npm runs `preinstall` of all packages first). onnxruntime-node's script fetches some hundred megabytes of CUDA
 * libraries on every Linux x64 machine, and an install without a way to their server fails. They are wanted on machines with an NVIDIA card
 * alone, so empty files are put in their place, which that script takes for installed. Who asks for them gets them, now or later:
 *   ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install
 */
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { env, platform, arch } = process;
const asked =
  env.ONNXRUNTIME_NODE_INSTALL ??
  env.npm_config_onnxruntime_node_install ??
  env.ONNXRUNTIME_NODE_INSTALL_CUDA ??
  env.npm_config_onnxruntime_node_install_cuda;

function emptyInPlaceOfDownloads() {
  const require = createRequire(import.meta.url);
  const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
  const { requirements, manifests } = require(join(runtime, 'script/install-metadata.js'));
  for (const name of requirements[`${platform}/${arch}`] ?? []) {
    for (const file of Object.keys(manifests[`${platform}/${arch}:${name}`])) {
      const path = join(runtime, 'bin/napi-v6', platform, arch, file);
      if (!existsSync(path)) writeFileSync(path, '', { flag: 'wx' });
    }
  }
}

if (asked === undefined) {
  try {
    emptyInPlaceOfDownloads();
  } catch (cause) {
    // The install goes on: with a network, onnxruntime-node's own script downloads what was to be left out.
    console.error(`kinemacolor: could not leave out the download of CUDA libraries (${cause.message}).`);
  }
}

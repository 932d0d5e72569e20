import assert from 'node:assert/strict';
import { runtimeReason } from '../../../src/adapters/onnx/device.ts';

describe('runtimeReason', () => {
  const output = (message: string) => runtimeReason(new Error(message));

  it("finds CUDA's own sentence behind the functions that it passed through", () => {
    const call = (line: number) =>
      `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:${line} std::conditional_t<THRW, void, onnxruntime::common::Status> ` +
      'onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; ' +
      'bool THRW = true; SUCCTYPE = cudaError; std::conditional_t<THRW, void, common::Status> = void] ';
    assert.equal(
      output(
        `${call(154)}${call(146)}CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=vm ; ` +
          'file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); \n\n',
      ),
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version',
    );
  });

  it('says what a library that does not load means', () => {
    assert.equal(
      output('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'),
      'its library is not installed, or a library that it needs is not',
    );
  });

  it('keeps to the first line, without full stops, and not too long', () => {
    assert.equal(output('no available backend found. ERR: [cpu] Error: it is broken.\nstack'), '[cpu] Error: it is broken');
    assert.equal(output('x'.repeat(500)).length, 200);
  });
});

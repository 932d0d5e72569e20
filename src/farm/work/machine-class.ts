import { cpus } from 'node:os';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { encoderVersion } from '../../adapters/ffmpeg/try-encoder.ts';
import { chooseModels } from '../../adapters/models/model-store.ts';
import { canonicalJson, sha256 } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';
import { programVersion } from '../../pipeline/run/render-context.ts';
import { goldenSegment } from './golden-segment.ts';

/**
 * What a machine computes with. Machines of one class render the same bytes, as far as their golden segments show; those of one
 * build have the same programs and model, but perhaps another processor.
 */
export interface MachineFacts {
  readonly machineClass: string;
  readonly build: string;
  readonly program: string;
  readonly ffmpeg: string;
  readonly device: string;
  readonly cpu: string;
}

/** Letters of a class's name. */
const LENGTH = 16;

/** Learn this machine's class for films of a model and device. Renders the golden segment: a few seconds. */
export async function machineFacts(settings: Pick<Settings, 'model' | 'device'>, signal?: AbortSignal): Promise<MachineFacts> {
  const ffmpeg = await locateFfmpeg();
  const [program, encoder, model, golden] = await Promise.all([
    programVersion(),
    encoderVersion(ffmpeg, 'libx264').catch(() => 'none'),
    chooseModels(settings.model),
    goldenSegment(settings, signal),
  ]);
  const identity = { program, ffmpeg: ffmpeg.version, encoder, model: model.sha256, contract: model.contract };
  const [build, machineClass] = [identity, { ...identity, golden }].map(one => sha256(canonicalJson(one)).slice(0, LENGTH));
  return {
    machineClass: machineClass!,
    build: build!,
    program,
    ffmpeg: ffmpeg.version,
    device: settings.device,
    cpu: cpus()[0]?.model ?? 'unknown',
  };
}

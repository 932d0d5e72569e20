import cliProgress from 'cli-progress';
import { type OnProgress, openThrottle, type ProgressEvent } from '../../progress.ts';

/** How a run is displayed: a bar on a terminal, plain lines elsewhere, JSON events for programs, or nothing. */
export interface Display {
  readonly onProgress: OnProgress;
  /** Print a line for the user, separate from a bar. */
  say(message: string): void;
  end(): void;
}

export function openDisplay(argv: { json?: boolean | undefined; quiet?: boolean | undefined }): Display {
  if (argv.json) return jsonDisplay();
  if (argv.quiet) return { onProgress: () => {}, say: () => {}, end: () => {} };
  return process.stderr.isTTY ? barDisplay() : lineDisplay();
}

function jsonDisplay(): Display {
  const write = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
  return { onProgress: write, say: message => write({ type: 'note', message }), end: () => {} };
}

const clock = (seconds: number) => {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${h > 0 ? `${h}:` : ''}${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`;
};

const MEGABYTE = 1e6;
const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);

/** Time left and rate, behind a separator; nothing where they are not known yet. */
const leftOf = (seconds: number | undefined, separator: string) =>
  seconds === undefined ? '' : `${separator}${clock(seconds)} left`;
const rateOf = (rate: number | undefined, separator: string) => (rate === undefined ? '' : `${separator}${rate.toFixed(1)} fps`);

/** The events that are worth a line of their own; steady progress is not. */
function sentence(event: ProgressEvent): string | undefined {
  switch (event.type) {
    case 'source':
      return `${event.path}: ${event.width}x${event.height}, ${event.depth} bit${event.frames ? `, about ${event.frames} frames` : ''}`;
    case 'warning':
      return `Warning: ${event.message}`;
    case 'render-failed':
      return event.message;
    case 'farm-worker':
      return `${event.name} takes shots for machines of class ${event.machineClass} (Ctrl+C finishes the one in hand and ends)`;
    case 'serving':
      return `Open ${event.url} (Ctrl+C ends it)`;
    case 'device':
      return `Colour by ${event.model} on ${event.device}`;
    case 'preview':
      return `${event.path}: ${event.scenes} scenes`;
    case 'plan':
      return `Plan: ${counted(event.shots, 'shot')}, ${counted(event.keyframes, 'keyframe')}, ${counted(event.frames, 'frame')}`;
    case 'film-kept':
      return `${event.path}: finished before`;
    case 'failed':
      return `${event.source}: not coloured`;
    case 'queue-done': {
      const kept = event.kept > 0 ? `, ${event.kept} finished before` : '';
      const failed = event.failed > 0 ? `, ${event.failed} not coloured` : '';
      return `${event.path}: ${event.colored} coloured${kept}${failed}, ${clock(event.seconds)}`;
    }
    case 'shots-done':
    case 'done': {
      const reused = event.reused > 0 ? `, ${event.reused} of them finished before` : '';
      return `${event.path}: ${counted(event.frames, 'frame')} in ${counted(event.shots, 'shot')}${reused}, ${clock(event.seconds)}`;
    }
    default:
      return undefined;
  }
}

const counted = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Milliseconds between two lines of progress where standard error is not a terminal. */
const LINE_INTERVAL = 10_000;

function lineDisplay(): Display {
  const say = (message: string) => process.stderr.write(`${message}\n`);
  const isDue = openThrottle(LINE_INTERVAL, performance.now());
  const onProgress: OnProgress = event => {
    const text = sentence(event);
    if (text) say(text);
    const progress = progressLine(event);
    if (progress && isDue()) say(progress);
  };
  return { onProgress, say, end: () => {} };
}

/** An event of steady progress as a line. */
function progressLine(event: ProgressEvent): string | undefined {
  switch (event.type) {
    case 'download': {
      const total = event.total === undefined ? '' : ` of ${megabytes(event.total)}`;
      return `${event.model ?? event.url}: ${megabytes(event.done)}${total} MB, ${megabytes(event.bytesPerSecond)} MB/s`;
    }
    case 'survey':
      return `Looking for shots: ${event.frames}${event.expected ? ` of about ${event.expected}` : ''} frames`;
    case 'measure':
      return `Measuring: ${event.frames}${event.expected ? ` of about ${event.expected}` : ''} frames`;
    case 'pictures':
      return `Writing pictures: ${event.done} of ${event.total}`;
    case 'frames':
      return `Shot ${event.shot + 1}: ${event.done} of ${event.total} frames${rateOf(event.framesPerSecond, ', ')}${leftOf(event.secondsLeft, ', ')}`;
    case 'queue':
      return `${event.done} of ${event.total}${leftOf(event.secondsLeft, ', ')}`;
    default:
      return undefined;
  }
}

const BAR_SEPARATOR = ' | ';
const EMPTY = { stage: '', unit: 'frames', rate: '', left: '' };

function barDisplay(): Display {
  const bar = new cliProgress.SingleBar({
    format: '{stage} {bar} {percentage}% | {value}/{total} {unit}{rate}{left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    gracefulExit: false,
    stream: process.stderr,
  });
  const state = { active: false };
  const stop = () => {
    if (state.active) bar.stop();
    state.active = false;
  };
  const say = (message: string) => {
    stop();
    process.stderr.write(`${message}\n`);
  };
  const show = (total: number, value: number, payload: Record<string, string>) => {
    if (!state.active) bar.start(total, value, { ...EMPTY, ...payload });
    state.active = true;
    bar.setTotal(total);
    bar.update(value, { ...EMPTY, ...payload });
  };
  const onProgress: OnProgress = event => {
    const text = sentence(event);
    if (text) say(text);
    if (event.type === 'download') {
      const rate = `${BAR_SEPARATOR}${megabytes(event.bytesPerSecond)} MB/s`;
      const payload = { stage: event.model ?? event.url, unit: 'MB', rate, left: leftOf(event.secondsLeft, BAR_SEPARATOR) };
      show(Math.ceil((event.total ?? event.done) / MEGABYTE), Math.ceil(event.done / MEGABYTE), payload);
    }
    if (event.type === 'survey') show(event.expected ?? event.frames, event.frames, { stage: 'Looking for shots' });
    if (event.type === 'measure') show(event.expected ?? event.frames, event.frames, { stage: 'Measuring' });
    if (event.type === 'pictures') show(event.total, event.done, { stage: 'Writing pictures', unit: 'pictures' });
    if (event.type === 'frames') {
      show(event.total, event.done, {
        stage: `Shot ${event.shot + 1}`,
        rate: rateOf(event.framesPerSecond, BAR_SEPARATOR),
        left: leftOf(event.secondsLeft, BAR_SEPARATOR),
      });
    }
    if (event.type === 'queue')
      show(event.total, event.done, {
        stage: 'Colouring',
        unit: 'finished',
        left: leftOf(event.secondsLeft, BAR_SEPARATOR),
      });
  };
  return { onProgress, say, end: stop };
}

import type { WatchPackages } from '../../adapters/queue/load-bullmq.ts';
import type { FarmConnection } from '../queue/connect-farm.ts';
import { type FarmFilm, type FarmWorker, takesShotsFor } from '../queue/farm-board.ts';

/** States of shots in the queue that are counted. */
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** The classes and builds that films wait for or workers are of. */
export function machinesOf(films: readonly FarmFilm[], workers: readonly FarmWorker[]): string[] {
  return [...new Set([...films.map(film => film.machines), ...workers.map(worker => worker.machineClass)])].sort();
}

/**
 * Metrics of a farm in the text format of Prometheus. `kinemacolor_work_waiting_seconds` is what to scale by: so long would one
 * worker take for what is not finished of the films that wait for a class; it is there once a worker of the class has measured its speed.
 */
export async function farmMetrics(farm: FarmConnection, prometheus: WatchPackages['prometheus']): Promise<string> {
  const [films, workers] = await Promise.all([farm.board.films(), farm.board.workers()]);
  const registry = new prometheus.Registry();
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]) =>
    new prometheus.Gauge({ name: `kinemacolor_${name}`, help, labelNames, registers: [registry] });
  const shots = gauge('shots', 'Shots in the queue', 'machines', 'state');
  const waiting = gauge('work_waiting_seconds', 'Seconds that one worker would take for what is not finished', 'machines');
  const count = gauge('workers', 'Workers that are connected', 'machines', 'state');
  const speed = gauge('frames_per_second', 'Frames that the workers render in a second, together', 'machines');
  const frames = gauge('film_frames', 'Frames of a film', 'film', 'state');
  const failed = gauge('film_shots_failed', 'Shots of a film that failed for good', 'film');
  for (const machines of machinesOf(films, workers)) {
    const counts = await farm.shots(machines).getJobCounts(...STATES);
    for (const state of STATES) shots.set({ machines, state }, counts[state] ?? 0);
    const fitting = workers.filter(worker => takesShotsFor(worker, machines));
    const quarantined = fitting.filter(worker => worker.quarantined).length;
    const busy = fitting.filter(worker => worker.shot !== undefined && !worker.quarantined).length;
    count.set({ machines, state: 'quarantined' }, quarantined);
    count.set({ machines, state: 'busy' }, busy);
    count.set({ machines, state: 'idle' }, fitting.length - quarantined - busy);
    const rates = fitting.flatMap(({ framesPerSecond }) => framesPerSecond ?? []);
    const together = rates.reduce((sum, rate) => sum + rate, 0);
    speed.set({ machines }, together);
    const left = films.filter(film => film.machines === machines).reduce((sum, one) => sum + one.frames - one.framesFinished, 0);
    if (rates.length > 0) waiting.set({ machines }, left / (together / rates.length));
  }
  for (const { name, framesFinished, ...film } of films) {
    frames.set({ film: name, state: 'all' }, film.frames);
    frames.set({ film: name, state: 'finished' }, framesFinished);
    failed.set({ film: name }, film.failed);
  }
  return registry.metrics();
}

import { parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstTimecode, type ShotList } from './shot-list.ts';

/** The shots as an OpenTimelineIO timeline: one video track, one clip a shot, all of the same file. Plain JSON. */
export function otioTimeline(list: ShotList): object {
  const { path, rate, shots } = list;
  const perSecond = rate.num / rate.den;
  const first = firstTimecode(list).frames;
  const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: perSecond, value });
  const range = (start: number, end: number) => ({
    OTIO_SCHEMA: 'TimeRange.1',
    start_time: time(first + start),
    duration: time(end - start),
  });
  const { name, base } = parse(path);
  const media = {
    OTIO_SCHEMA: 'ExternalReference.1',
    name: base,
    target_url: pathToFileURL(path).href,
    available_range: range(0, shots.at(-1)?.end ?? 0),
    metadata: {},
  };
  const clips = shots.map(({ start, end, kind }, number) => ({
    OTIO_SCHEMA: 'Clip.1', // every version reads it; from 0.15 on it becomes Clip.2
    name: `${name} shot ${number}`,
    source_range: range(start, end),
    media_reference: media,
    effects: [],
    markers: [],
    metadata: { kinemacolor: { shot: number, kind } },
  }));
  const composed = { source_range: null, effects: [], markers: [], metadata: {} };
  const track = { OTIO_SCHEMA: 'Track.1', name: 'V1', kind: 'Video', children: clips, ...composed };
  return {
    OTIO_SCHEMA: 'Timeline.1',
    name,
    global_start_time: time(first),
    tracks: { OTIO_SCHEMA: 'Stack.1', name: 'tracks', children: [track], ...composed },
    metadata: {},
  };
}

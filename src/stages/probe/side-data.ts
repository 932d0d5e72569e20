import type { SideData } from '../../adapters/ffmpeg/showinfo.ts';

const NAMES: Record<SideData, string> = {
  captions: 'closed captions (EIA-608/708)',
  'active format': 'active format descriptions (AFD)',
  timecode: 'timecodes',
  'user data': 'user data',
};

/** Warning about side data in the picture stream that is lost with the source's coding; undefined if there is none. */
export function sideDataRemark(path: string, kinds: Iterable<SideData>): string | undefined {
  const names = [...kinds].map(kind => NAMES[kind]);
  if (names.length === 0) return undefined;
  return `The pictures of ${path} hold ${names.join(', ')}, which pictures that are coded anew do not carry: the result is without; keep the source for them.`;
}

/** Drawn for this page on a grid of 16, lines of 1.5. */
const PATHS = {
  play: 'M4.5 2.8v10.4l8.6-5.2z',
  pause: 'M5 3v10M11 3v10',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  forward: 'M6 3.5 10.5 8 6 12.5',
  first: 'M4 3.5v9M12 3.5 7.5 8l4.5 4.5',
  last: 'M12 3.5v9M4 3.5 8.5 8 4 12.5',
  undo: 'M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6',
  redo: 'M10 3l3.2 3.2L10 9.4M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2H10',
  brush: 'M13.2 2.8 7.6 8.4M7.2 8.2c-2 0-2.9 1.2-3 2.7-.1 1-.6 1.8-1.6 2.1 2.6.8 6.4.1 6.4-2.7 0-1.2-.7-2.1-1.8-2.1z',
  fill: 'M3 8.5 8 3.5l5 5-4.5 4.5h-1zM3 8.5h10M13.8 11.5c.6.9.6 1.6 0 2-.6-.4-.6-1.1 0-2z',
  polygon: 'M3 6.5 8.5 3l4.8 3.6-2 6.4H5z',
  erase: 'M6 13h7M3 10l5.5-6 4 3.6L8 13H6z',
  pick: 'M9.3 4.2l2.5 2.5M13.1 2.9a1.7 1.7 0 0 1 0 2.4L6 12.4l-3.2.8.8-3.2 7.1-7.1a1.7 1.7 0 0 1 2.4 0z',
  key: 'M8 2.5 13.5 8 8 13.5 2.5 8z',
  add: 'M8 3v10M3 8h10',
  subtract: 'M3 8h10',
  remove: 'M4 4l8 8M12 4l-8 8',
  picture: 'M2.5 3.5h11v9h-11zM2.5 10.5l3.2-3 2.8 2.5 2-1.6 3 2.4',
  done: 'M3.5 8.5l3 3 6-7',
  stale: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5M8 5v3.2l2 1.3',
  rendering: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
  warn: 'M8 2.8 14 13H2zM8 6.5v3M8 11.3v.2',
  stop: 'M4 4h8v8H4z',
  panels: 'M2.5 3.5h11v9h-11zM9.8 3.5v9',
  plus: 'M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l3.5 3.5M7 5.2v3.6M5.2 7h3.6',
  minus: 'M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l3.5 3.5M5.2 7h3.6',
  onion: 'M2.5 2.5h8v8h-8zM5.5 10.5v3h8v-8h-3',
  full: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} fill={name === 'play' ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}

/** What can be asked, by name: method and address, `:words` to be filled in. */
export const ROUTES = {
  /**
   * The project's view. With `start` and, as `since`, the cursor of a view that is known: what has changed from that, unless the
   * server was started anew.
   */
  project: 'GET /api/project',
  /**
   * A frame of the source; with `of`, of the finished shot of that fingerprint. `width`: pixels across. JPEG. 204 where there is
   * no such shot any more.
   */
  frame: 'GET /api/frames/:index',
  /** A keyframe as planned, `of`: its shot's planned fingerprint. JPEG. 204 where the plan is another by now. */
  keyframe: 'GET /api/keyframes/:index',
  curves: 'GET /api/shots/:number/curves',
  flicker: 'GET /api/shots/:number/flicker',
  hints: 'GET /api/shots/:number/hints',
  /** Answers when what is shown of a shot can be played; 204 where nothing is. */
  playable: 'GET /api/shots/:number/playable',
  /** That film (MP4), `of`: the fingerprint of the shot; ranges are answered. 204 where there is no such shot any more. */
  proxy: 'GET /api/shots/:number/proxy',
  region: 'POST /api/frames/:index/region',
  /** Where things are seen in other shots, a `SeenRequest`. */
  seen: 'POST /api/seen',
  /** Server-sent events, each a `ReviewEvent`. */
  events: 'GET /api/events',
  edits: 'POST /api/edits',
  /** `use`: paint or reference; `sure=yes`: although it looks wrong. */
  picture: 'PUT /api/keyframes/:index/picture',
  undo: 'POST /api/undo',
  redo: 'POST /api/redo',
  render: 'POST /api/render',
  stop: 'POST /api/render/stop',
  mode: 'POST /api/render/mode',
  /** Every edit made and undone, in order, each in one line. */
  history: 'GET /api/history',
  /** `position`: to the state after so many of them. */
  go: 'POST /api/history/position',
  nameVersion: 'POST /api/versions',
  /** Go back to a version: an edit, which can be undone. */
  restoreVersion: 'POST /api/versions/:id/restore',
  removeVersion: 'DELETE /api/versions/:id',
  /** What differs from a version to another; `now` is the project as it is. */
  compare: 'GET /api/versions/:id/differences/:other',
  /** A frame as a version has it; `of` names what is known of it, so that another state has another address. JPEG. */
  versionFrame: 'GET /api/versions/:id/frames/:index',
  exports: 'POST /api/exports',
  /** A file that was exported. */
  exported: 'GET /api/exports/:name',
} as const;
export type RouteName = keyof typeof ROUTES;

/** The address of a route, its words filled in. */
export function addressOf(
  name: RouteName,
  words: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number>> = {},
): string {
  const path = ROUTES[name].replace(/^\S+ /, '').replace(/:(\w+)/g, (_, word: string) => encodeURIComponent(String(words[word])));
  const request = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return request === '' ? path : `${path}?${request}`;
}

export function methodOf(name: RouteName): string {
  return ROUTES[name].split(' ')[0]!;
}

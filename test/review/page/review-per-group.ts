import type { Browser } from 'playwright-core';
import { freePort } from '../../../harness/free-port.ts';
import type { TestServer } from '../../../harness/review-server.ts';
import { cutStreet, reviewStreet } from '../../../harness/street-server.ts';
import { type Complaints, openBrowser, openTab, settledOn } from '../../fixtures/browser.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

/** Called inside `describe`: a browser and a review server of a short film, for the whole group. Ended and removed at its end. */
export function reviewPerGroup(cutFilm: (folder: string) => Promise<string> = cutStreet) {
  const group = { folder: '', film: '', port: 0, remove: async () => {} };
  let browser: Browser;
  let server: TestServer;
  const ask = (path: string, value?: object) =>
    server.ask(path, { method: 'POST', ...(value && { body: JSON.stringify(value) }) });
  const project = () => server.api('project');
  const open = (hash = ''): Promise<Complaints> => openTab(browser, `${server.url}${hash}`);
  before(async function () {
    browser = await openBrowser(this);
    ({ path: group.folder, remove: group.remove } = await temporaryFolder());
    group.film = await cutFilm(group.folder);
    group.port = await freePort();
    server = await reviewStreet(group.film, group.port);
  });
  after(async () => {
    await server?.stop('SIGKILL');
    await browser?.close();
    await group.remove();
  });
  return {
    get browser() {
      return browser;
    },
    get server() {
      return server;
    },
    /** The film lies in it, and the project beside the film. */
    get folder() {
      return group.folder;
    },
    project,
    /** Start the server again after it was stopped: the same film at the same address. */
    async restart(): Promise<void> {
      server = await reviewStreet(group.film, group.port);
    },
    setMode: (mode: 'at-once' | 'when-asked') => ask('/api/render/mode', { mode }),
    async undoAll(): Promise<void> {
      while ((await project()).undo > 0) await ask('/api/undo');
    },
    /** A new tab, at what the hash names. */
    open,
    /** A new tab that shows a frame. */
    async openAt(frame: number, view = 'after'): Promise<Complaints> {
      const tab = await open(`#frame=${frame}&view=${view}`);
      await settledOn(tab.page, frame);
      return tab;
    },
  };
}

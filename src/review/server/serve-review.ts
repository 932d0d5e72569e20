import { randomUUID } from 'node:crypto';
import { type EditingSession, type EditingSessionOptions, openEditingSession } from '../../pipeline/project/editing-session.ts';
import type { Project } from '../../pipeline/project/project.ts';
import type { OnProgress } from '../../progress.ts';
import { heardEvent, openBroadcast } from './event-stream.ts';
import { listenHere } from './listen-here.ts';
import { reviewApp } from './review-app.ts';
import { reviewToken } from './token.ts';

export interface ReviewServer {
  /** The page's address, with its token. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serve a project on this machine alone (127.0.0.1). `port`: 0 takes a free one. The token is kept in the project's folder for a
 * day, so that a page goes on after a restart. Throws `usage` where the port is taken or another process holds the project.
 */
export async function serveReview(project: Project, options: EditingSessionOptions & { port: number }): Promise<ReviewServer> {
  const broadcast = openBroadcast();
  const onProgress: OnProgress = event => {
    options.onProgress?.(event);
    const heard = heardEvent(event);
    if (heard) broadcast.tell(heard);
  };
  const start = randomUUID();
  const answer: { session: EditingSession | undefined } = { session: undefined };
  const session = await openEditingSession(project, {
    ...options,
    onProgress,
    onChange: () => answer.session && broadcast.tell({ type: 'project', start, serial: answer.session.serial() }),
    watched: () => broadcast.ears() > 0,
  });
  answer.session = session;
  try {
    const token = await reviewToken(project.folder);
    const app = reviewApp({ session, broadcast, token, start, page: new URL('../../../review/page/', import.meta.url) });
    const { server, port } = await listenHere(app.fetch, options.port);
    return {
      url: `http://127.0.0.1:${port}/?token=${token}`,
      async close() {
        if ('closeAllConnections' in server) server.closeAllConnections();
        await new Promise(resolve => server.close(resolve));
        await session.close();
      },
    };
  } catch (cause) {
    await session.close();
    throw cause;
  }
}

import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { z } from 'zod';
import { sizeOf } from '../../adapters/files/file-facts.ts';
import { readChunks } from '../../adapters/files/read-file.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { measureVideo } from '../../pipeline/measure/measure-film.ts';
import type { EditingSession } from '../../pipeline/project/editing-session.ts';
import { exportComparison, exportFile, exportFolder, exportShot, exportStill } from '../../pipeline/project/export-parts.ts';
import type { ExportKind } from '../contract.ts';
import { qualityPage } from '../report/quality-page.ts';
import { answer, type Desk, limit, refuse, requestPath, sent } from './request.ts';

const ASKED_BYTES = 4e3;
const requestSchema = z.strictObject({ kind: z.enum(['still', 'shot', 'compare', 'report']), frame: z.int().min(0) });

/** Names that we give: nothing leads out of the folder. */
const NAME = /^[\w-]+\.(png|mkv|html)$/;
const TYPES: Readonly<Record<string, string>> = { png: 'image/png', mkv: 'video/x-matroska', html: 'application/octet-stream' };

/** What can be taken home. */
export function exportRoutes(app: Hono, { session }: Desk): void {
  app.post(requestPath('exports'), limit(ASKED_BYTES), async context => {
    const { kind, frame } = await sent(context, 'export', requestSchema);
    const path = await EXPORTS[kind](session, frame);
    return answer(context, 'exports', { name: basename(path), path });
  });
  app.get(requestPath('exported'), async context => {
    const name = context.req.param('name') ?? '';
    const path = join(exportFolder(session), name);
    const size = NAME.test(name) ? await sizeOf(path) : undefined;
    if (size === undefined) return refuse(context, { message: `There is no export named "${name}".` }, 404);
    const headers = { 'content-type': TYPES[name.split('.').at(-1)!]!, 'content-length': String(size) };
    const disposition = { 'content-disposition': `attachment; filename="${name}"` };
    return context.body(Readable.toWeb(Readable.from(readChunks(path))) as ReadableStream, 200, { ...headers, ...disposition });
  });
}

const EXPORTS: Readonly<Record<ExportKind, (session: EditingSession, frame: number) => Promise<string>>> = {
  still: exportStill,
  shot: exportShot,
  compare: exportComparison,
  report: exportReport,
};

/** The quality report of the film as it is written. Throws `usage` where none is. */
async function exportReport(session: EditingSession): Promise<string> {
  const { path, state } = await session.output();
  if (state === 'none') throw new KinemacolorError('usage', 'The film is not written yet; render it first.');
  const report = await measureVideo(path, { source: session.project.plan().source.path, pictures: 'worst' });
  return exportFile(session, 'report.html', to => saveFile(to, qualityPage(report)));
}

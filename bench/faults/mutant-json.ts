import { copyFile, link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lawsOf } from './laws.ts';
import { kept } from './machine.ts';
import { saying } from './mutant-films.ts';
import { mutateJson } from './mutate.ts';
import { type Outcome, type Part, QUICK } from './part.ts';
import type { Random } from './random.ts';
import { makePlace, type Place, run } from './run.ts';
import { differs, FILM, RESULT, type Undisturbed, undisturbed } from './undisturbed.ts';

const MODEL = fileURLToPath(new URL('../../../models/kinemacolor-base', import.meta.url));
type Attempt = (place: Place, random: Random) => Promise<Outcome>;

/** JSON that a person or a disk has spoilt: plans, cards, pipelines, and what an interrupted run left. */
export const json: Part = {
  name: 'json',
  cases: 75,
  async open({ folder }) {
    const known = await undisturbed(folder, [12, 10]);
    const attempts = [await plans(folder, known), cards(known), await reports(folder, known), await pipelines(known)];
    return (number, place, random) => attempts[number % attempts.length]!(place, random);
  },
};

/** A plan that somebody edited: rendered as it says, or refused. */
async function plans(folder: string, known: Undisturbed): Promise<Attempt> {
  const at = await makePlace(join(folder, 'planned'));
  await known.into(at);
  await run(['plan', FILM, '-o', 'plan.json', '--preset', 'ultrafast', '--device', 'cpu'], at);
  const plan = JSON.parse(await readFile(at.at('plan.json'), 'utf8')) as { source: { path: string } };
  plan.source.path = FILM;
  const text = JSON.stringify(plan);
  return async (place, random) => {
    await known.into(place);
    const mutant = mutateJson(text, random);
    await writeFile(place.at('plan.json'), mutant.text);
    const end = await run(['render', 'plan.json', '-o', RESULT, '--workers', '1'], place);
    const faults = await lawsOf(end, place, { output: RESULT, before: [FILM, 'plan.json'] });
    return { what: `plan: ${mutant.what}`, faults, end: saying(end) };
  };
}

/** A model's card: the model is opened, or refused. */
function cards(known: Undisturbed): Attempt {
  return async (place, random) => {
    await known.into(place);
    const mutant = mutateJson(await readFile(`${MODEL}.json`, 'utf8'), random);
    await writeFile(place.at('kinemacolor-base.json'), mutant.text);
    const model = place.at('kinemacolor-base.onnx');
    await link(`${MODEL}.onnx`, model).catch(() => copyFile(`${MODEL}.onnx`, model));
    const end = await run([...known.args, '--model', 'kinemacolor-base.onnx'], place);
    const faults = await lawsOf(end, place, {
      output: RESULT,
      before: [FILM, 'kinemacolor-base.json', 'kinemacolor-base.onnx'],
    });
    return { what: `card: ${mutant.what}`, faults, end: saying(end) };
  };
}

/** What a run left to go on from - its plan, a shot's report: a spoilt one is an absent one. */
async function reports(folder: string, known: Undisturbed): Promise<Attempt> {
  const at = await makePlace(join(folder, 'stopped'));
  await known.into(at);
  await run([...known.args, '--keep-shots'], at);
  const names = (await kept(at)).filter(name => /\.(json|mkv)$/.test(name));
  return async (place, random) => {
    await known.into(place);
    const journal = `${RESULT}.kinemacolor`;
    await mkdir(place.at(journal));
    for (const name of names) await copyFile(join(at.at(journal), name), place.at(join(journal, name)));
    const spoilt = random.pick(names.filter(name => name.endsWith('.json')));
    const mutant = mutateJson(await readFile(place.at(join(journal, spoilt)), 'utf8'), random);
    await writeFile(place.at(join(journal, spoilt)), mutant.text);
    const end = await run(known.args, place);
    const faults = await lawsOf(end, place, { output: RESULT, before: [FILM] });
    if (end.code !== 0) faults.push(`exit code ${end.code}`);
    const what = `${spoilt === 'plan.json' ? 'plan of a stopped run' : "shot's report"}: ${mutant.what}`;
    return { what, faults: [...faults, ...(await differs(place, known))], end: saying(end) };
  };
}

async function pipelines(known: Undisturbed): Promise<Attempt> {
  const text = JSON.stringify({
    name: 'mine',
    description: 'a pipeline',
    settings: { codec: 'x264', quality: 20, preset: 'ultrafast', keyframeEvery: 12, film: 'worn', from: 0, duration: 0.5 },
  });
  return async (place, random) => {
    await known.into(place);
    const mutant = mutateJson(text, random);
    await writeFile(place.at('mine.json'), mutant.text);
    const args = ['colorize', FILM, '-o', RESULT, ...QUICK, '--pipeline', './mine.json'];
    const end = await run(args, place);
    const faults = await lawsOf(end, place, { output: RESULT, before: [FILM, 'mine.json'] });
    return { what: `pipeline: ${mutant.what}`, faults, end: saying(end) };
  };
}

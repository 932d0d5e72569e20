import type { Argv, CommandModule } from 'yargs';
import { importModel } from '../adapters/colorizer/model-import.ts';
import { type ListedModel, listCards } from '../adapters/models/model-cards.ts';
import { modelFolders } from '../adapters/models/model-folders.ts';
import { pullModel } from '../adapters/models/model-pull.ts';
import { resolveModel, type VerifiedModel } from '../adapters/models/model-store.ts';
import { KinemacolorError } from '../errors.ts';
import { DISPLAY_FLAGS } from './arguments/flags.ts';
import { formatCard, formatModelList, formatVerdict } from './format-models.ts';
import { EXIT, EXIT_OF } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

const JSON_FLAG = { json: { type: 'boolean', describe: 'as JSON, one object a line' } } as const;
const ID = (args: Argv) => args.positional('id', { type: 'string', describe: 'id of a model, see "models list"' });
const print = (text: string) => process.stdout.write(`${text}\n`);
const asLine = (value: object) => print(JSON.stringify(value));

const list: CommandModule = {
  command: 'list',
  describe: 'List the models: which are installed, which can be pulled',
  builder: args => args.options(JSON_FLAG),
  handler: argv =>
    runCommand(argv, async () => {
      const models = await listCards(modelFolders());
      if (!argv.json) print(formatModelList(models));
      else for (const { card, path, file, shelf } of models) asLine({ type: 'model', id: card.id, file, path, shelf, card });
      return EXIT.done;
    }),
};

const show: CommandModule = {
  command: 'show <id>',
  describe: 'Show a model: inputs, outputs, licence, origin',
  builder: args => ID(args).options(JSON_FLAG),
  handler: argv =>
    runCommand(argv, async () => {
      const model = await findListed(argv.id as string);
      if (argv.json) asLine(model.card);
      else print(formatCard(model));
      return EXIT.done;
    }),
};

const pull: CommandModule = {
  command: 'pull <id>',
  describe: 'Download a model; resumes an earlier download',
  builder: args =>
    ID(args)
      .options({
        'accept-licence': {
          type: 'boolean',
          describe: 'I accept the licence of this model (asked where it is not MIT, BSD or Apache)',
        },
        ...DISPLAY_FLAGS,
      })
      .example('$0 models pull ddcolor-tiny-fp16', 'then: kinemacolor colorize film.mkv --model ddcolor-tiny-fp16')
      .epilogue(
        'Nothing is fetched but what the card names, and only what has the SHA-256 of the card is kept. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured. Without a network, fetch the file elsewhere and use "models import".',
      ),
  handler: argv =>
    runCommand(argv, async ({ display, interruption }) => {
      const model = await pullModel(argv.id as string, {
        licence: argv.acceptLicence ? 'accepted' : 'not-accepted',
        signal: interruption.stopAfterShot,
        onProgress: display.onProgress,
      });
      if (argv.json) asLine({ type: 'model-there', outcome: model.outcome, ...brief(model) });
      else display.say(`${formatVerdict(model)}${model.outcome === 'there-already' ? '; it was here already' : ''}`);
      return EXIT.done;
    }),
};

const importCommand: CommandModule = {
  command: 'import <file>',
  describe: 'Install a model file that you have, without a network',
  builder: args =>
    args
      .positional('file', { type: 'string', describe: 'the .onnx file; it is copied' })
      .options({
        card: {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'id of its card, or path of one that you wrote (JSON)',
        },
        ...JSON_FLAG,
      })
      .example('$0 models import ddcolor.onnx --card ddcolor-ff', 'a file of a model that is in "models list"')
      .example(
        '$0 models import mine.onnx --card mine.json',
        'a model of your own; "models show kinemacolor-base --json" is a card',
      )
      .epilogue(
        `Offline: on a machine with a network, "kinemacolor models show ID" names the addresses and the SHA-256 of a file; fetch it with any program, carry it over, import it here. The file is checked against its card, and a model with a card of your own is tried first. Models lie in the folder that KINEMACOLOR_MODELS names, else in your data folder.`,
      ),
  handler: argv =>
    runCommand(argv, async () => {
      const model = await importModel(argv.file as string, argv.card as string);
      if (argv.json) asLine({ type: 'model-there', outcome: 'imported', ...brief(model) });
      else print(formatVerdict(model));
      return EXIT.done;
    }),
};

const verify: CommandModule = {
  command: 'verify [id]',
  describe: 'Check the files of one model, or of all that are here, against their cards',
  builder: args => ID(args).options(JSON_FLAG),
  handler: argv =>
    runCommand(argv, async () => {
      const id = argv.id as string | undefined;
      const here = (await listCards(modelFolders())).filter(({ file }) => file === 'there').map(({ card }) => card.id);
      const outcomes = await Promise.all((id === undefined ? here : [id]).map(verifyOne));
      for (const { id: name, model, failure } of outcomes) {
        if (argv.json)
          asLine({ type: 'model-verified', id: name, ...(model ? { ...brief(model) } : { failure: failure!.message }) });
        else print(model ? formatVerdict(model) : failure!.message);
      }
      return outcomes.some(({ failure }) => failure) ? EXIT_OF.model : EXIT.done;
    }),
};

const path: CommandModule = {
  command: 'path [id]',
  describe: 'Where the file of a model lies; without an id, the folder of your models',
  builder: args => ID(args),
  handler: argv =>
    runCommand(argv, async () => {
      const id = argv.id as string | undefined;
      print(id === undefined ? modelFolders().user : (await resolveModel(id)).path);
      return EXIT.done;
    }),
};

/** The commands after "models". */
export const MODELS_COMMANDS = [list, show, pull, importCommand, verify, path];

export const modelsCommand: CommandModule = {
  command: 'models',
  describe: 'Other colour models: list, show, pull, import, verify, path',
  builder: args =>
    args
      .command(MODELS_COMMANDS)
      .demandCommand(1, 'Expected list, show, pull, import, verify or path after "models", received none.')
      .example('$0 models list', 'what is here, what can be pulled or imported')
      .example('$0 models pull ddcolor-tiny-fp16', 'then: kinemacolor colorize film.mkv --model ddcolor-tiny-fp16')
      .epilogue(
        'Models lie in the folder that KINEMACOLOR_MODELS names, else in your data folder ("models path"). Offline: "models import --help".',
      ),
  handler: () => {},
};

async function findListed(id: string): Promise<ListedModel> {
  const found = (await listCards(modelFolders())).find(({ card }) => card.id === id);
  if (found) return found;
  await resolveModel(id); // throws and lists the ids
  throw new KinemacolorError('model', `Expected the id of a model, received "${id}".`);
}

async function verifyOne(id: string): Promise<{ id: string; model?: VerifiedModel; failure?: KinemacolorError }> {
  try {
    return { id, model: await resolveModel(id) };
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    return { id, failure: cause };
  }
}

function brief({ card, path: place, bytes, sha256, unchecked }: VerifiedModel) {
  return { id: card.id, path: place, bytes, sha256, unchecked };
}

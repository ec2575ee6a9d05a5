// A run with everything that a crash can cut off: reads, a call that fails and is tried again, writes of each way out of doubt, a gate, a
// fan, and a repair.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  fan,
  gate,
} from 'nova-agents';
import { ScriptedModel } from 'nova-agents/testing';
import { UnknownReviewError } from '../../src/errors/unknown-review-error.ts';
import type { Review } from '../../src/decide/reviews.ts';
import { AlreadyDecidedError } from '../../src/errors/already-decided-error.ts';
import { Nova } from '../../src/host/nova.ts';
import type { Model, Tools } from '../../src/host/ports.ts';
import type { Result } from '../../src/host/asks.ts';
import type { Journal, Store } from '../../src/store/ports.ts';

export const RUN = 'local/errand';
/** How it ends. */
export const END =
  'clerk paid saw pay again; booker booked book; mailer mailed mail; thinker thought';
/** How it ends where the letter was in doubt twice. */
export const IN_DOUBT = END.replace('mailed mail', 'mail: in_doubt');
/** What is looked for is found at the second try. */
const AGAIN = 'again';
const Text = z.strictObject({ text: z.string() });
const done = { done: Text };
const base = { version: 1, input: Ask, outcomes: done, examples: [] } as const;

/** What the tools do to the world. */
export type World = Pick<Outside, 'note' | 'has'>;

/** The world outside: a file in which every call leaves a line when it begins, and one when it has happened. */
export class Outside {
  readonly #file: string;
  constructor(folder: string) {
    this.#file = join(folder, 'outside.log');
  }
  note(what: 'begins' | 'did', tool: string, key: string): void {
    appendFileSync(this.#file, `${what} ${tool} ${key}\n`);
  }
  lines(): string[] {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8').trimEnd().split('\n') : [];
  }
  /** How often a call happened. */
  count(tool: string): number {
    return this.lines().filter((line) => line.startsWith(`did ${tool} `)).length;
  }
  has(tool: string, key: string): boolean {
    return this.lines().includes(`did ${tool} ${key}`);
  }
}

const told = ({ got }: { got: readonly { id: string; value: unknown }[] }) => ({
  text: got.map(({ id, value }) => `${id} ${(value as { text: string }).text}`).join('; '),
});

/** A tool for each way out of doubt, and one that only reads. */
function toolsOf(outside: World) {
  const look = defineTool({
    name: 'look',
    does: 'Reads something.',
    input: Text,
    output: Text,
    effect: 'reads',
    run: async ({ text }, { key }) => {
      if (!text.endsWith(AGAIN)) throw new Error('not now');
      outside.note('did', 'look', key);
      return { text: `saw ${text}` };
    },
  });
  /** It knows keys: a payment under one that it has seen is the same payment. */
  const pay = defineTool({
    ...look,
    name: 'pay',
    effect: 'writes',
    inDoubt: 'reissue',
    run: async ({ text }, { key }) => {
      if (!outside.has('pay', key)) outside.note('did', 'pay', key);
      return { text: `paid ${text}` };
    },
  });
  const book = defineTool({
    ...pay,
    name: 'book',
    inDoubt: {
      lookup: async (key) => (outside.has('book', key) ? { text: 'booked book' } : undefined),
    },
    run: async ({ text }, { key }) => {
      outside.note('did', 'book', key);
      return { text: `booked ${text}` };
    },
  });
  /** It knows no keys: each call is a letter more. */
  const mail = defineTool({
    ...pay,
    name: 'mail',
    inDoubt: 'ask',
    run: async ({ text }, { key }) => {
      outside.note('did', 'mail', key);
      return { text: `mailed ${text}` };
    },
  });
  return { look, pay, book, mail };
}

const thinker = defineAgent({
  ...base,
  id: 'thinker',
  does: 'Thinks.',
  instructions: () => 'Think.',
});

/** Who does it, in that world. */
export function errandIn(outside: World) {
  const { look, pay, book, mail } = toolsOf(outside);
  const clerk = defineAgent({
    ...base,
    id: 'clerk',
    does: 'Looks, once more where that fails, then pays.',
    tools: [look, pay],
    act: async ({ text }, say, io) => {
      const seen = await io
        .tool(look, { text })
        .catch(() => io.tool(look, { text: `${text} ${AGAIN}` }));
      return say.done(await io.tool(pay, { text: seen.text }));
    },
  });
  const writer = (id: string, tool: Pick<typeof book, keyof typeof book>) =>
    defineAgent({
      ...base,
      id,
      does: 'Writes once.',
      tools: [tool],
      act: async ({ text }, say, io) =>
        say.done(
          await io
            .tool(tool, { text })
            .then(({ text: written }) => ({ text: written }))
            .catch((error: Error) => ({ text: error.message })),
        ),
    });
  const booker = writer('booker', book);
  const mailer = writer('mailer', mail as never);
  const all = fan({
    input: Text,
    branches: { clerk, booker, mailer, thinker },
    with: {
      clerk: () => ({ text: 'pay' }),
      booker: () => ({ text: 'book' }),
      mailer: () => ({ text: 'mail' }),
      thinker: () => ({ text: 'think' }),
    },
  });
  const errand = defineTeam({
    id: 'errand',
    version: 1,
    does: 'Does a few things at once.',
    input: Text,
    outcomes: done,
    nodes: { may: gate({ subject: Text }), all },
    start: { to: 'may' },
    routes: {
      may: {
        approved: { to: 'all' },
        edited: { to: 'all' },
        rejected: { end: 'done', with: () => ({ text: 'no' }) },
      },
      all: { all: { end: 'done', with: told }, some: { end: 'done', with: told } },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  return defineOrganisation({
    id: 'errands',
    agents: [clerk, booker, mailer, thinker],
    teams: [errand],
  });
}

/** Breaks its contract first, and is right when it is told so. */
export const mind = () =>
  new ScriptedModel({
    thinker: ({ problem }) => ({
      says: { outcome: 'done', value: problem === undefined ? { words: 1 } : { text: 'thought' } },
    }),
  });

/** Goes around every call of the outside world. */
export type Around = (name: string, key: string, call: () => Promise<unknown>) => Promise<unknown>;

export interface Errand {
  readonly nova: Nova;
  /** Takes the run on to its end; a person approves what waits, and looks where a letter is in doubt. */
  readonly end: () => Promise<Result>;
}

/** The errand in a folder; each call outside leaves a line when it begins, and goes through `around`. */
export function openErrand(
  folder: string,
  journal: Journal,
  store: Store,
  around: Around = (_name, _key, call) => call(),
): Errand {
  const outside = new Outside(folder);
  const organisation = errandIn(outside);
  const scripted = mind();
  const begun = (name: string, key: string, call: () => Promise<unknown>) =>
    around(name, key, () => {
      outside.note('begins', name, key);
      return call();
    });
  const tools: Tools = {
    call: ({ tool, input, scope, project, key }, signal) =>
      begun(tool, key, async () =>
        organisation.tools.get(tool)?.run(input as never, { scope, project, key, signal }),
      ),
  };
  const model: Model = {
    call: (call, signal) =>
      begun('model', call.key, () => scripted.call(call, signal)) as ReturnType<Model['call']>,
  };
  const nova = new Nova({ organisation, journal, store, tools, model });
  return {
    nova,
    end() {
      const failed = Promise.withResolvers<never>();
      const asked = new Set<string>();
      const onReviews = (reviews: readonly Review[]) => {
        for (const { id, purpose } of reviews) {
          if (asked.has(id)) continue;
          asked.add(id);
          const isSent = purpose.startsWith('doubt:') && outside.count('mail') > 0;
          const said = isSent
            ? ({ is: 'edit', value: { text: 'mailed mail' } } as const)
            : ({ is: 'approve' } as const);
          nova.decide(id, said).catch((error: unknown) => {
            // What a try before this one had approved waits no more, though that was told of a disk that failed behind it.
            const isDone =
              error instanceof UnknownReviewError || error instanceof AlreadyDecidedError;
            if (!isDone) failed.reject(error);
          });
        }
      };
      const [scope, id] = RUN.split('/');
      const running = nova.run('errand', { text: 'go' }, { id, scope, project: '.', onReviews });
      return Promise.race([running, failed.promise]);
    },
  };
}

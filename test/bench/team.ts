// The whole team at work: a plan for each run deals its own agents the inputs of their examples, over a small project, and a model says
// what their examples say.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineAgent, defineOrganisation, roleContracts, type Plan } from 'nova-agents';
import { organisation as nova } from 'nova-agents/agents';
import { ScriptedModel } from 'nova-agents/testing';
import { written } from '../agents/erp/alike.ts';
import { Ledger } from '../agents/erp/books.ts';
import { BRANCHES } from '../agents/erp/branches.ts';
import { chance } from '../agents/erp/chance.ts';
import { filesOf } from '../agents/erp/csv-files.ts';
import { PLANTS } from '../agents/erp/planted.ts';

const { agents } = nova;
/** Errors in the books of a branch. */
const PLANTED = 8;

/** Gives each run the plan that is its request. */
const dealer = defineAgent({
  id: 'dealer',
  version: 1,
  does: 'Deals what a request lists.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) => say.planned({ plan: JSON.parse(text) as Plan, unplaced: [] }),
});
export const team = defineOrganisation({
  id: 'busy',
  module: import.meta.url,
  agents: [...agents, dealer],
  ...(nova.teams && { teams: nova.teams }),
  roles: { planner: 'dealer', composer: 'composer' },
  ...(nova.grants && { grants: nova.grants }),
});

/** Whom the runs ask in turn: everybody, by everything that they have for example. */
const asks = agents.flatMap(({ id, examples }) =>
  examples.map(({ input }) => ({ node: id, input: input as Plan['parts'][number]['input'] })),
);
export const ids: readonly string[] = agents.map(({ id }) => id);

/** The request of a run: the next so many of all asks, going round. */
export function requestOf(run: number, width: number): string {
  const parts = Array.from({ length: width }, (_, at) => {
    const ask = asks[(run * width + at) % asks.length];
    return { id: `p${at}`, purpose: `p${at}`, ...ask };
  });
  return JSON.stringify({ parts });
}

/** What the examples say, else that it is refused: then there may be a form in code. */
export const model = () =>
  new ScriptedModel(
    Object.fromEntries(
      agents.map(({ id, examples }) => [
        id,
        ({ input }) => {
          const same = JSON.stringify(input);
          const example = examples.find((one) => JSON.stringify(one.input) === same);
          const [said] = Object.entries(example?.says ?? {});
          const [outcome, value] = said ?? ['refused', { reason: 'there is no example of it' }];
          return { says: { outcome, value } };
        },
      ]),
    ),
  );

/** A project for everybody: a repository with a branch, documents, a table, scripts, and the books of all branches. */
export function makeProject(folder: string, seed: number): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=Ada Obi', '-c', 'user.email=ada@example.org'];
    execFileSync('git', [...who, ...args], { cwd: folder });
  };
  const scripts = { test: 'node --eval 0', lint: 'node --eval 0' };
  write('package.json', JSON.stringify({ name: 'shop', scripts, dependencies: { zod: '4.0.0' } }));
  write('docs/refunds.md', '# Refunds\n\nRefunds are approved by the branch manager.\n');
  write('src/index.ts', '// TODO(ada): send the receipt\nexport const answer = 42;\n');
  write('prices.csv', 'sku,price\nA1,10\nA2,ten\n');
  for (const [index, branch] of BRANCHES.entries()) {
    const book = new Ledger(seed, branch);
    const { rows } = written(book, chance(seed * 97 + index).some(PLANTS, PLANTED));
    for (const [table, text] of filesOf(rows))
      write(`books/${branch.tenant}/${branch.branch}/${table}.csv`, text);
  }
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'feat: a shop');
  git('tag', 'v1.0.0');
  git('checkout', '--quiet', '-b', 'receipts');
  write('src/receipt.ts', 'export const receipt = (total: number) => `${total} €`;\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'feat: receipts');
}

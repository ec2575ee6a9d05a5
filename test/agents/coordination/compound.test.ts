// Goal: what one passage of a request names, the passages after it need not name again; what is not said at all is still asked for.
// Method: requests of two parts by the whole team over projects with books, prose and code; then the planner alone.
import { expect, onTestFinished, test } from 'vitest';
import { Nova, type Placed } from 'nova-agents';
import { planner } from '../../../agents/coordination/planner.ts';
import { organisation } from '../../../agents/index.ts';
import { described } from '../../../src/team/catalogue.ts';
import { Repository } from '../../fixtures/repository.ts';
import { PERIOD } from '../erp/branches.ts';
import { project } from '../erp/project.ts';
import { asked, play } from './play.ts';
import { projectWork } from './project-work.ts';

/** How each agent's part of a request ended, and the answer. */
async function partsOf(text: string, { path }: { readonly path: string }) {
  // On the main thread: threads take most of the time.
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: here });
  onTestFinished(() => nova.close());
  const { answer, trace } = await nova.ask(text, { project: path });
  const said = answer?.text ?? '';
  return { said, ended: Object.fromEntries(trace.map(({ node, outcome }) => [node, outcome])) };
}

test('tenant, branch and month are said once', async () => {
  const text = `Audit the invoices of acme/lagos in ${PERIOD}, and compare its stock with the counts`;
  const { said, ended } = await partsOf(text, project(5).folder);
  expect(ended).toMatchObject({ 'invoice-auditor': 'audited', inventory: 'compared' });
  expect(said.split(`**acme/lagos, ${PERIOD}**`)).toHaveLength(3);
});

test('another branch of the tenant is said by its name alone', async () => {
  const text = `Audit the invoices of acme/lagos in ${PERIOD}, and compare the stock of the accra branch with the counts`;
  const { said } = await partsOf(text, project(5).folder);
  expect(said).toContain(`**acme/lagos, ${PERIOD}**`);
  expect(said).toContain(`**acme/accra, ${PERIOD}**`);
});

test('where two tenants are named, no branch is guessed', async () => {
  const text = `Audit the invoices of acme/lagos in ${PERIOD}, and compare the stock of tenant nord with the counts`;
  const { said, ended } = await partsOf(text, project(5).folder);
  expect(ended).toMatchObject({ 'invoice-auditor': 'audited', inventory: 'refused' });
  expect(said).toContain('does not say the branch');
});

test('a file is named once, where it is the only one', async () => {
  const folder = new Repository()
    .write('docs/guide.md', 'Parcels leave on Mondays. The the desk is open at nine.\n')
    .write('docs/other.md', 'Nobody is asked.\n')
    .write('src/cart.js', 'export const sum = (a, b) => a + b;\n')
    .write('src/rest.js', 'export const left = (a) => a;\n')
    .commit('feat: all');
  const prose = await partsOf('Summarise docs/guide.md and proofread it', folder);
  expect(prose.ended).toMatchObject({ summariser: 'summarised', 'copy-editor': 'checked' });
  const two = await partsOf('Summarise docs/guide.md and docs/other.md; proofread them', folder);
  expect(two.ended).toMatchObject({ 'copy-editor': 'refused' });
  const code = await partsOf(
    'What should be refactored in src/cart.js? Which functions of it have no test?',
    folder,
  );
  expect(code.ended).toMatchObject({
    refactorer: 'nothing-found',
    'test-writer': 'untested',
  });
  expect(code.said).not.toContain('rest.js');
});

test.each([
  'Summarise docs/guide.md and README.md',
  'Summarise docs/guide.md, then summarise README.md',
  'Summarise:\n- docs/guide.md\n- README.md',
])('"%s": whoever is asked for one does it for each', async (text) => {
  const folder = new Repository()
    .write('docs/guide.md', 'Parcels leave on Mondays.\n')
    .write('README.md', 'Nobody is asked twice.\n')
    .commit('feat: all');
  const { said, ended } = await partsOf(text, folder);
  expect(ended).toMatchObject({ summariser: 'summarised' });
  expect(ended).not.toHaveProperty('copy-editor');
  expect(said).toMatch(/Parcels leave on Mondays[\s\S]*Nobody is asked twice/);
});

test('as many files as are read at once keep within the limits, and what is beyond is said', async () => {
  const folder = new Repository();
  const names = Array.from({ length: 13 }, (_, at) => `p${at}.md`);
  for (const [at, name] of names.entries())
    folder.write(
      `docs/${name}`,
      `Page ${at} is here. [next](p${at + 1}.md) [none](gone${at}.md)\n`,
    );
  for (const [ask, end] of [
    ['Summarise', { summariser: 'summarised' }],
    ['Proofread', { 'copy-editor': 'checked' }],
    ['Extract the dates from', { 'data-extractor': 'none-found' }],
  ] as const) {
    const { said, ended } = await partsOf(`${ask} ${names.join(', ')}`, folder);
    expect(ended).toMatchObject(end);
    expect(said).toContain('`p12.md` is beyond 12 files.');
  }
});

test('what a passage brings is what the next one is about', async () => {
  const folder = new Repository()
    .write('docs/guide.md', 'Parcels leave on Mondays. The the desk is open at nine.\n')
    .commit('feat: all');
  const text = 'Summarise docs/guide.md in one sentence, then proofread the summary';
  const { said, ended } = await partsOf(text, folder);
  expect(ended).toMatchObject({ summariser: 'summarised', 'copy-editor': 'checked' });
  // The sentence that is left out has the fault.
  expect(said).toMatch(/The text: nothing to object to/);
  const catalogue = organisation.agents.map((agent) => described(agent));
  const bounded = { ...asked(text, catalogue), bounds: { maxDepth: 1 } };
  const { value } = await play<Placed>(planner, bounded);
  expect(value.plan.parts.map(({ takes }) => takes)).toEqual([undefined, undefined]);
});

const inputsOf = async (text: string, takes: readonly string[]) => {
  const catalogue = projectWork.map((entry) => ({ ...entry, takes: [...takes] }));
  const { value } = await play<Placed>(planner, asked(text, catalogue));
  return value.plan.parts.map(({ input }) => input as { text: string; request?: string });
};

test('whoever has room for it is handed the whole request, where it is more than the text', async () => {
  const text = 'Which issues are open? What looks risky?';
  const parts = ['Which issues are open?', 'What looks risky?'];
  const told = await inputsOf(text, ['text', 'request?']);
  expect(told).toEqual(parts.map((one) => ({ text: one, request: text })));
  expect(await inputsOf(text, ['text'])).toEqual(parts.map((one) => ({ text: one })));
  const [alone] = await inputsOf('Which issues are open?', ['text', 'request?']);
  expect(alone).not.toHaveProperty('request');
  const [long] = await inputsOf(`${text} ${'And why? '.repeat(600)}`, ['text', 'request?']);
  expect(long).not.toHaveProperty('request');
});

test('a passage that stands in the told request alone counts as lost', () => {
  const text = 'Which issues are open? What looks risky?';
  const [part] = projectWork;
  const parts = [
    { id: 'a', node: part?.id ?? '', input: { text: 'Which issues are open?', request: text } },
  ];
  const said = { outcome: 'planned', value: { plan: { parts }, unplaced: [] } };
  expect(planner.check?.(asked(text, projectWork) as never, said)).toMatch(/What looks risky/);
});

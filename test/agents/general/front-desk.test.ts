// Goal: front-desk greets, says who is here and who takes what, asks back where nobody does, and is found by words that tell nothing.
// Method: the whole team without a model, asked in a person's words; what it names is compared with who is there.
import { expect, onTestFinished, test } from 'vitest';
import { defineOrganisation, Nova } from 'nova-agents';
import { frontDesk } from '../../../agents/general/front-desk.ts';
import { organisation } from '../../../agents/index.ts';
import { catalogueOf } from '../../../src/team/catalogue.ts';
import { perform } from '../../fixtures/perform.ts';

function started(): Nova {
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: defineOrganisation(here) });
  onTestFinished(() => nova.close());
  return nova;
}

test('the desk names who takes it and how to ask, everybody where nothing is said, and asks back otherwise', async () => {
  const nova = started();
  const told = async (text: string) => {
    const { outcome, value, trace } = await nova.run('front-desk', { text }, { project: '.' });
    expect(trace.map(({ node }) => node)).toEqual(['front-desk']);
    return { outcome, ...(value as { summary: string; named: string[] }) };
  };
  const audit = await told('Who can help me with invoices that are booked twice?');
  expect(audit.named).toContain('invoice-auditor');
  expect(audit.summary).toContain('Ask for instance: "');
  const all = await told('What can you do?');
  const others = catalogueOf(organisation, () => false).filter(({ id }) => id !== 'front-desk');
  expect(all.named).toEqual(others.map(({ id }) => id));
  expect(all.summary).toContain('**Translator**');
  expect(all.summary).toContain('(needs a model, and none is configured)');
  const nobody = await told('Who can sing an aria with me in Rome?');
  expect(nobody.summary).toContain('Say it in a sentence');
});

test.each([
  'Hello',
  'hello there!',
  'What can you do?',
  'who can help me',
  'Who are you',
  'Good morning!',
  'thanks',
])('the request "%s" comes to it', async (words) => {
  const { outcome, answer } = await started().ask(words, { project: '.' });
  expect([outcome, answer?.contributors]).toEqual(['answered', ['front-desk']]);
});

test('where nobody tells it who is there it says so, and fails not', async () => {
  expect(await perform(frontDesk, 'Who paints fences?', '.')).toMatchObject({
    outcome: 'unclear',
    value: { named: [] },
  });
});

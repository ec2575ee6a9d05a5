// Goal: a conversation that a kill cut off goes on the next day where it was, with what is still open; what is forgotten of it is in no
// later turn either.
// Method: a process that holds it is killed; another one, on a clock a day later, goes on; what its model is sent is read from the record.
import { expect, test } from 'vitest';
import { Child, ROOT } from '../cli/nova-process.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { conversing } from './days.ts';

const scope = 'acme/shop';
const options = { scope, session: 'roof', project: '.' };

/** What a model was sent in a run. */
async function sent(nova: ReturnType<typeof conversing>, run: string): Promise<string[]> {
  const { calls, pieces } = await nova.prompts(run);
  return calls.flatMap((call) => call.pieces.map((hash) => JSON.stringify(pieces[hash])));
}

test('6.7 killed in the middle of a conversation, the next day goes on where it was, with what is still open', async () => {
  const folder = temporaryFolder();
  const process = ['--conditions=nova-source', 'test/sessions/day-process.ts', folder];
  const child = new Child('node', process, { cwd: ROOT });
  await child.says(/waiting/);
  child.kill('SIGKILL');
  expect((await child.ended).signal).toBe('SIGKILL');

  const nova = conversing(folder, 1);
  expect(await nova.takeUp()).toBeGreaterThan(0);
  const before = await nova.session(scope, 'roof');
  expect(before.turns.map(({ asked, outcome }) => [asked, outcome])).toEqual([
    ['thinker: the roof leaks', 'answered'],
    ['thinker: by the chimney', 'answered'],
    ['desk: the roofer comes', 'open'],
  ]);
  const { run, outcome } = await nova.ask('thinker: and now?', options);
  expect(outcome).toBe('answered');
  const pieces = await sent(nova, run);
  const conversation = pieces.find((piece) => piece.includes('the conversation so far')) ?? '';
  for (const said of ['the roof leaks', 'by the chimney', 'the roofer comes'])
    expect(conversation).toContain(said);
  expect(conversation).toMatch(/the roofer comes[^}]*open/);
  expect(pieces.join()).toContain('Ada gets her keys');
  // What was open is decided now, once, and the conversation knows it.
  const [review] = await nova.reviews();
  expect(review?.run).toBe(`${scope}/third`);
  const value = { text: 'the roofer is paid' };
  const { outcome: ends } = await nova.decide(review?.id ?? '', { is: 'edit', value });
  expect(ends).toBe('answered');
  const { turns } = await nova.session(scope, 'roof');
  expect(turns.map((turn) => turn.outcome)).toEqual(Array(4).fill('answered'));
  expect(turns[2]?.answered).toBe('the roofer is paid');
  await nova.close();
});

test('6.7 what is forgotten of a turn is in nothing that later turns were told', async () => {
  const nova = conversing(temporaryFolder(), 0);
  const first = await nova.ask('thinker: the word is Xanadu', options);
  const next = await nova.ask('thinker: which word?', options);
  const other = await nova.ask('thinker: which word?', { ...options, session: 'other' });
  const later = await nova.ask('thinker: and which other?', options);
  const told = [next.run, later.run];
  for (const run of told) expect((await sent(nova, run)).join()).toContain('Xanadu');
  // It is told of it as a run that concerns it.
  expect((await sent(nova, other.run)).join()).toContain('Xanadu');
  await nova.forget(first.run);
  for (const run of [...told, other.run]) {
    const pieces = (await sent(nova, run)).join();
    expect(pieces).not.toContain('Xanadu');
    // Its own words are its own.
    expect(pieces).toContain('which');
  }
  await nova.close();
});

test('6.7 a turn that a later one may be told of just now is not forgotten behind its back', async () => {
  const nova = conversing(temporaryFolder(), 0);
  const first = await nova.ask('thinker: the word is Xanadu', options);
  const open = await nova.ask('clerk: pay the roofer', options);
  expect(open.outcome).toBe('waiting');
  await expect(nova.forget(first.run)).rejects.toMatchObject({ code: 'run_open', run: open.run });
  expect((await nova.session(scope, 'roof')).turns[0]?.asked).toContain('Xanadu');
  await nova.stop(open.run);
  expect(await nova.forget(first.run)).toBeGreaterThan(0);
  await nova.close();
});

// Goal: a person who sees that a request went wrong says who takes it, and the next one goes there.
// Method: an organisation is asked, corrected and asked again, each by a process of its own.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, Stage } from './nova-process.ts';

test('6.10 what nobody took is taken by whom a person says, and `agents --for` says why', async () => {
  const stage = new Stage({ cwd: join(ROOT, 'test/fixtures/cli-taught') });
  const text = 'Is the xanadu shipshape?';
  const { run, outcome } = await stage.json('ask', text);
  expect(outcome).toBe('refused');
  expect((await stage.run('correct', run, 'north')).out).toMatch(
    /^\w{12} +lesson +north: Is the xanadu shipshape\? /,
  );
  const [asked, why] = await Promise.all([
    stage.json('ask', text),
    stage.run('agents', '--for', `${text} Please!`),
  ]);
  expect(asked.answer?.contributors).toEqual(['north']);
  expect(why.out).toMatch(/^north takes it\ndecided by what \S+ said on \d{4}-\d\d-\d\d of/);
});

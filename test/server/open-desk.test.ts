// Goal: a person is the same one at the desk of the process that holds a folder and at anybody else's.
// Method: two desks on one folder, the second over the first one's socket; each decides what the other began.
import { expect, onTestFinished, test } from 'vitest';
import type { Desk } from '../../src/host/desk.ts';
import { openDesk } from '../../src/server/open-desk.ts';
import { inline } from '../fixtures/mischief.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const principal = { id: 'ada', proof: 'os-user' } as const;

test.each([
  ['the one that holds the folder', 0],
  ['the other', 1],
])('5.3 what %s began is decided by the same person at the other desk', async (_, asking) => {
  const folder = temporaryFolder();
  const desks: Desk[] = [];
  for (let count = 0; count < 2; count += 1)
    desks.push(
      await openDesk({ folder, principal, organise: async () => ({ organisation: inline }) }),
    );
  onTestFinished(async () => {
    await desks[1]?.close();
    await desks[0]?.close();
  });
  const { waiting } = (await desks[asking]?.ask('writer')) ?? { waiting: [] };
  const result = await desks[1 - asking]?.decide(waiting[0]?.id ?? '', { is: 'approve' });
  expect(result).toMatchObject({ outcome: 'answered', deadLetters: [] });
});

// A conversation over days: a Nova on a folder, so many days after the first one.
import { ManualClock } from 'nova-agents/testing';
import { Nova } from 'nova-agents';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { Canaries } from '../scopes/canaries.ts';
import { officeOf } from '../scopes/office.ts';
import { dice } from '../verify/simulation/crew.ts';

export const DAY = 86_400_000;
const START = 1_800_000_000_000;
const { organisation, model } = officeOf({
  canaries: new Canaries(dice(1)),
  placeOf: (run) => ({ scope: run.slice(0, run.lastIndexOf('/')), run }),
});

export const conversing = (folder: string, day: number): Nova =>
  new Nova({
    organisation,
    model,
    journal: fileJournal(folder),
    store: fileStore(folder),
    clock: new ManualClock(START + day * DAY),
    limits: { personWithinMs: 7 * DAY, deadlineMs: 7 * DAY },
  });

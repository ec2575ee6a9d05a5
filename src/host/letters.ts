import type { Principal } from '../../machines/protocol/principal.ts';
import type { Engine } from '../engine/ports.ts';
import { LetterError } from '../errors/letter-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import { barrierTo } from '../kernel/dead-letter.ts';
import { barrierText, lettersOf, type Letter } from '../observe/letters.ts';
import type { Journal } from '../store/ports.ts';
import type { Clock } from './ports.ts';
import type { Refused } from './quotas.ts';

/** What was not taken, by runs; and who was refused before anything came in. */
export interface Letters {
  readonly letters: readonly Letter[];
  /** Since this process holds the folder. */
  readonly refused: readonly Refused[];
}

/** The dead letters of one run, or of all, those of the newest run first. @throws UnknownRunError. */
export async function lettersIn(journal: Journal, run?: string): Promise<Letter[]> {
  if (run !== undefined) {
    const records = await journal.read(run);
    if (!records.some(({ kind }) => kind === 'committed')) throw new UnknownRunError(run);
    return lettersOf(run, records);
  }
  const { runs } = await journal.list({ hasLetters: true, withShared: true });
  const letters: Letter[] = [];
  for (const one of runs) letters.push(...lettersOf(one.run, await journal.read(one.run)));
  return letters;
}

/** The run of a letter, and which of its letters it is. */
function partsOf(id: string): readonly [run: string, letter: number] {
  const [, run = '', number = ''] = /^(.*)#([1-9]\d{0,8})$/.exec(id) ?? [];
  if (run === '') throw new LetterError(id, barrierText('unknown'));
  return [run, Number(number)];
}

/** Delivers a letter again. @throws as `Nova.redeliver`. */
export async function deliverAgain(
  engine: Engine,
  host: { takeUp(run: string): Promise<unknown> },
  id: string,
  principal: Principal,
  clock: Clock,
): Promise<void> {
  const [run, letter] = partsOf(id);
  const system = await engine.load(run);
  if (system === undefined) throw new UnknownRunError(run);
  const dead = system.dead[letter - 1];
  const refuse = (barrier: ReturnType<typeof barrierTo>): void => {
    if (barrier !== undefined) throw new LetterError(id, barrierText(barrier));
  };
  refuse(barrierTo(dead, system.ended !== undefined));
  await host.takeUp(run);
  const event = dead?.event ?? { type: '' };
  const at = clock.now();
  const commit = await engine.submit(run, { kind: 'redelivered', letter, event, principal, at });
  // Of two at once the first one counts.
  const last = commit.system.dead.at(-1);
  if (last?.reason === 'not_again' && last.seq === commit.system.seq) refuse('again');
}

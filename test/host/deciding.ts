// One decision asked through a whole Nova, with people who answer what they are asked in order.
import { Nova, type Review, type Verdict } from 'nova-agents';
import { ScriptedModel } from 'nova-agents/testing';
import type { DecisionRecord } from '../../machines/arbitration/schemas.ts';
import { deciding, type one } from '../team/matter.ts';

export const open: Nova[] = [];
/** Closes what was opened. */
export const closeAll = () => Promise.all(open.splice(0).map((nova) => nova.close()));

export const board = { id: 'board', proof: 'embedder' } as const;
type Words = Readonly<Record<string, string>>;
interface Given {
  /** What people say to what they are asked, in that order. */
  readonly verdicts?: readonly ((review: Review) => Verdict)[];
  /** An adviser from whom the subject comes. */
  readonly from?: typeof one;
  readonly isGated?: boolean;
  readonly principal?: { readonly id: string; readonly proof: 'embedder' };
}

export async function decided(
  change: object,
  words: Words,
  { verdicts = [], principal = board, from, isGated }: Given = {},
) {
  const model = new ScriptedModel({ dream: held, again: held, thinker });
  const nova = new Nova({ organisation: deciding(change, from, isGated), model });
  open.push(nova);
  const asked: Review[] = [];
  const refused: string[] = [];
  const onReviews = ([review]: readonly Review[]) => {
    const verdict = review && verdicts[asked.length]?.(review);
    if (review === undefined || verdict === undefined) return;
    asked.push(review);
    void nova
      .decide(review.id, verdict, { principal })
      .catch(({ code }: { code: string }) => refused.push(code));
  };
  const result = await nova.run('room', { words }, { onReviews });
  return { result, record: result.value as unknown as DecisionRecord, asked, refused, nova };
}
const fact = { why: 'a model says so', evidence: [{ kind: 'fact', n: 2 }] };
const held = () => ({ says: { outcome: 'yes', value: fact } });
/** Answers nobody, until it is told that it has to. */
const thinker = ({ problem }: { readonly problem: string | undefined }) => {
  const answers = /two held no/.test(problem ?? '') ? { two: 'no', three: 'no' } : {};
  return { says: { outcome: 'yes', value: { ...fact, answers } } };
};
export const approve = (): Verdict => ({ is: 'approve' });
export const reject = (): Verdict => ({ is: 'reject' });
/** Another choice, with an answer to these. */
export const choose =
  (choice: string, ...answered: readonly string[]) =>
  ({ subject }: Review): Verdict => ({
    is: 'edit',
    value: {
      ...(subject as object),
      choice,
      answers: Object.fromEntries(answered.map((id) => [id, 'no'])),
    } as never,
  });

export const split = { one: 'yes', two: 'no', three: 'no', chief: 'yes', judge: 'no' };

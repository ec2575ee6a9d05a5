import type { ArbitrationInput, DecisionRecord } from '../../machines/arbitration/schemas.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { NodeSpec } from '../kernel/system.ts';
import type { AnyAgent } from './agent.ts';
import { contractSpec, parse, type Contract, type Parsed } from './contract.ts';
import type { AnyArbiter } from './decision.ts';
import { rolesOf, termsOf as askedBy, type Approval, type People } from './gate-terms.ts';
import { chosen } from './question.ts';

/** Models are told apart by nobody yet: all that think by one are one mind. What agents in code think is their own. */
const mindOf = ({ id, instructions }: AnyAgent): string =>
  instructions === undefined ? `code:${id}` : 'model';

/** Everything that the machine is to know of a decision, but for its subject. */
export function termsOf(id: string, arbiter: AnyArbiter): Omit<ArbitrationInput, 'subject'> {
  const { decision, question, advisers, rule, ruler, owner, appeal, ...bounds } = arbiter;
  const { marginAtLeast, positionsAtLeast, withinMs } = bounds;
  return {
    decision,
    options: [...question.options],
    advisers: Object.entries(advisers).map(([name, { agent, weight, hasVeto }]) => ({
      id: name,
      node: agent.id,
      version: agent.version,
      weight,
      mind: mindOf(agent),
      hasVeto,
    })),
    rule,
    ...('id' in owner && { owner: owner.id }),
    ...(ruler && { ruler: { node: ruler.id, version: ruler.version } }),
    marginAtLeast,
    positionsAtLeast,
    nodes: {
      person: `${id}.person`,
      ...(appeal && { appeal: `${id}.appeal` }),
      reading: `${id}.reading`,
    },
    withinMs,
  };
}

/** How an objection was answered: in words, by the count, or by a person who had it before them. */
function answerTo(
  adviser: string,
  { by, why, tally, answers }: DecisionRecord,
): string | undefined {
  const words = Object.hasOwn(answers, adviser) ? answers[adviser] : undefined;
  if (words !== undefined) return words;
  const count = Object.entries(tally).map(([option, number]) => `${option} ${number}`);
  if (by === 'vote') return `outvoted: ${count.join(', ')}`;
  return why === null ? undefined : 'a person decided with it before them';
}

/** The machine's record, with an answer to each who was overruled: without one there is no decision. */
function parseRecord(contract: Contract, value: Json): Parsed {
  const record = value as unknown as DecisionRecord;
  const overruled = record.overruled.map((one) => ({
    ...one,
    answer: answerTo(one.adviser, record),
  }));
  return parse(contract, { ...record, overruled });
}

/** The nodes that a decision brings: itself, the gates by which people are asked, and what reads a choice out of a value. */
export function arbiterSpecs(
  { id: team, version }: { readonly id: string; readonly version: number },
  key: string,
  arbiter: AnyArbiter,
  roles?: People,
): readonly NodeSpec[] {
  const id = `${team}.${key}`;
  const { question, outcomes, input, people, appeal, author } = arbiter;
  const terms = termsOf(id, arbiter);
  const base = { version, settings: {} };
  const gate = (name: string, approval: Approval): NodeSpec => ({
    id: `${id}.${name}`,
    version,
    machine: 'gate',
    settings: askedBy(approval, roles) as unknown as Json,
    isVaried: rolesOf(approval).length > 0,
    ...contractSpec({ input: question.referral, outcomes: {} }),
    begin: (subject, value, _keep, asked) => {
      const purpose = `decision:${arbiter.decision}`;
      const { author: proposer } = value as { readonly author: string | null };
      return { ...(asked as object), subject, purpose, proposer: proposer ?? purpose };
    },
  });
  const begin = (subject: ValueRef, value: Json, by: string | undefined) => {
    const wrote = author?.(value as never) ?? by;
    return { ...terms, subject, ...(wrote !== undefined && { author: wrote }) };
  };
  return [
    {
      id,
      version,
      machine: 'arbitration',
      settings: terms as unknown as Json,
      ...contractSpec({ input, outcomes }),
      parseInput(value) {
        const parsed = parse(input, value);
        try {
          if (parsed.ok) author?.(parsed.value as never);
          return parsed;
        } catch (error) {
          return { ok: false, issues: `who wrote it is not told: ${String(error)}` };
        }
      },
      parseOutcome(outcome, value) {
        const contract = Object.hasOwn(outcomes, outcome) ? outcomes[outcome] : undefined;
        return contract === undefined ? { ok: true, value } : parseRecord(contract, value);
      },
      begin: (subject, value, _keep, _settings, by) => begin(subject, value, by),
    },
    gate('person', people),
    ...(appeal === undefined ? [] : [gate('appeal', appeal)]),
    {
      ...base,
      id: `${id}.reading`,
      machine: 'arbitration',
      ...contractSpec({ input: question.reading, outcomes: {} }),
      begin: (subject, value) => ({
        ...terms,
        subject,
        rule: 'given',
        given: chosen(value),
      }),
    },
  ];
}

import type * as z from 'zod';
import { DefinitionError } from '../errors/definition-error.ts';
import type { AnyAgent } from './agent.ts';
import type { Contract } from './contract.ts';
import { requireApproval, type Approval, type Who } from './gate-terms.ts';
import { requireName } from './names.ts';
import type { Question } from './question.ts';

const MAX_ADVISERS = 12;
const MAX_WEIGHT = 1_000;
const MAX_WITHIN_MS = 90 * 86_400_000;

/** An agent that speaks to a question: its contract is the question's. */
export interface Speaker<I extends Contract, O extends Readonly<Record<string, Contract>>> {
  readonly kind: 'agent';
  readonly id: string;
  readonly version: number;
  readonly input: I;
  readonly outcomes: O;
}
/** Who is asked, by principals and roles, or as at a gate: by a quorum, with escalation. Nobody named: whoever asked for the run. */
type Asked = readonly Who[] | Approval;
/** An owner who is a person, or several. */
export interface People {
  readonly people: Asked;
}
type AdviserOf<Q extends Question> = Speaker<Q['subject'], Q['positions']>;
type RulerOf<Q extends Question> = Speaker<Q['deliberation'], Q['rulings']>;
type AnyId = Pick<AnyAgent, 'kind' | 'id' | 'version'>;

/** Who decides where the advisers do not agree. */
type Ruled<Q extends Question> =
  | { readonly rule: 'owner'; readonly owner: RulerOf<Q> | People }
  | { readonly rule: 'vote'; readonly owner: AnyId | People; readonly marginAtLeast?: number }
  | { readonly rule: { readonly judge: RulerOf<Q> }; readonly owner: AnyId | People };

export type DecisionDefinition<Q extends Question, A extends string> = Ruled<Q> & {
  /** The name that its owner has in `decides`. */
  readonly id: string;
  readonly question: Q;
  /** By names of their own; `weight` a whole number of 1 to 1,000, default 1. */
  readonly advisers: Readonly<
    Record<A, AdviserOf<Q> | { readonly agent: AdviserOf<Q>; readonly weight?: number }>
  >;
  /** Advisers against whom only a person decides. */
  readonly veto?: readonly NoInfer<A>[];
  /** Fewer positions go to a person; default more than half of the advisers. */
  readonly positionsAtLeast?: number;
  /** For all of it, people and an appeal included; at most 90 days. */
  readonly withinMs: number;
  /** Who is asked where an agent's rule may not decide; default whoever asked for the run. */
  readonly people?: Asked;
  /** Where somebody was overruled, the decision waits so long for one of these, who may change it once; then it stands. */
  readonly appeal?: Approval & { readonly withinMs: number };
  /** The node that wrote the subject, where that is not the one that it comes from. */
  readonly author?: (subject: z.output<Q['subject']>) => string;
};

interface Voice {
  readonly agent: AnyAgent;
  readonly weight: number;
  readonly hasVeto: boolean;
}

/** A decision as a node of a team: its outcomes are the options, and `undecided` where a person chose none. */
export interface Arbiter<Q extends Question = Question> {
  readonly kind: 'decision';
  readonly decision: string;
  readonly input: Q['subject'];
  readonly outcomes: Readonly<Record<Q['options'][number] | 'undecided', Q['record']>>;
  readonly question: Q;
  /** An agent, or people. */
  readonly owner: AnyAgent | People;
  readonly advisers: Readonly<Record<string, Voice>>;
  readonly rule: 'owner' | 'vote' | 'judge';
  readonly ruler?: AnyAgent | undefined;
  readonly marginAtLeast: number;
  readonly positionsAtLeast: number;
  readonly withinMs: number;
  readonly people: Approval;
  readonly appeal?: (Approval & { readonly withinMs: number }) | undefined;
  readonly author?: ((subject: never) => string) | undefined;
}
/** A decision whatever it is about. */
export type AnyArbiter = Omit<Arbiter, 'question' | 'outcomes'> & {
  readonly outcomes: Readonly<Record<string, Contract>>;
  readonly question: Pick<Question, 'options' | 'reading'> & {
    readonly deliberation: Contract;
    readonly referral: Contract;
    readonly record: Contract;
  };
};

type Written = AnyAgent | { readonly agent: AnyAgent; readonly weight?: number };
type Refuse = (problem: string) => never;

function requireAdvisers(
  refuse: Refuse,
  { question: { subject, positions } }: { readonly question: Question },
  advisers: Arbiter['advisers'],
  veto: readonly string[],
): void {
  const all = Object.entries(advisers);
  if (all.length === 0 || all.length > MAX_ADVISERS)
    refuse(`it has ${all.length} advisers, not 1 to ${MAX_ADVISERS}`);
  for (const [at, [name, { agent, weight }]] of all.entries()) {
    requireName('adviser', name);
    if (all.findIndex(([, other]) => other.agent.id === agent.id) !== at)
      refuse(`${agent.id} advises twice`);
    if (!Number.isInteger(weight) || weight < 1 || weight > MAX_WEIGHT)
      refuse(`${name} has a weight of ${weight}, not a whole number of 1 to ${MAX_WEIGHT}`);
    requireSpeaks(refuse, agent, subject, positions, 'advise on');
  }
  for (const name of veto)
    if (!Object.hasOwn(advisers, name)) refuse(`${name} has a veto, and is no adviser`);
}

/** The very contracts of the question: what is merely alike could come apart. */
function requireSpeaks(
  refuse: Refuse,
  { id, input, outcomes }: AnyAgent,
  wanted: Contract,
  options: Readonly<Record<string, Contract>>,
  what: string,
): void {
  const lacking = Object.keys(options).find((option) => outcomes[option] !== options[option]);
  if (input !== wanted) refuse(`${id} cannot ${what} it: its input is not the question's`);
  if (lacking !== undefined)
    refuse(`${id} cannot ${what} it: its ${lacking} is not the question's`);
}

const isWithin = (ms: number, most: number): boolean =>
  Number.isInteger(ms) && ms >= 1 && ms <= most;
const approvalOf = (asked: Asked, withinMs: number): Approval =>
  typeof asked === 'object' && 'length' in asked
    ? { by: asked, withinMs }
    : typeof asked === 'object'
      ? { withinMs, ...asked }
      : { by: asked };

function requireRule(refuse: Refuse, arbiter: Arbiter): void {
  const {
    owner,
    rule,
    ruler,
    advisers,
    question: asked,
    marginAtLeast,
    positionsAtLeast,
  } = arbiter;
  if (!['owner', 'vote', 'judge'].includes(rule)) refuse(`nobody decides by ${rule}`);
  const agents = Object.values(advisers).map(({ agent }) => agent.id);
  for (const [who, agent] of [
    ['owner', owner],
    ['judge', rule === 'judge' ? ruler : undefined],
  ] as const)
    if (agent !== undefined && 'id' in agent && agents.includes(agent.id))
      refuse(`${agent.id} advises: its ${who} cannot`);
  if (rule === 'judge' && ruler === undefined) refuse('it has no judge');
  if (ruler !== undefined)
    requireSpeaks(refuse, ruler, asked.deliberation, asked.rulings, 'rule on');
  if (marginAtLeast > 0 && rule !== 'vote') refuse('only a vote has a margin');
  if (!(marginAtLeast >= 0 && marginAtLeast <= 1))
    refuse(`marginAtLeast is ${marginAtLeast}, not 0 to 1`);
  if (!isWithin(positionsAtLeast, agents.length))
    refuse(`positionsAtLeast is ${positionsAtLeast}, not 1 to its ${agents.length} advisers`);
}

function requireTimes(refuse: Refuse, { withinMs, appeal }: Arbiter): void {
  if (!isWithin(withinMs, MAX_WITHIN_MS))
    refuse(`withinMs is ${withinMs}, not a whole number of 1 to ${MAX_WITHIN_MS}`);
  if (appeal !== undefined && !isWithin(appeal.withinMs, withinMs - 1))
    refuse(`an appeal within ${appeal.withinMs} does not end before all of it, within ${withinMs}`);
}

/**
 * Defines a decision: who advises, who decides what they do not agree on, and what goes to a person. It is a node of a team.
 * @throws DefinitionError for no owner, an agent that advises twice or beside deciding, weights, margins, numbers and times out of their
 *   bounds, a veto of nobody, agents whose contracts are not the question's, and people as
 *   no gate could ask them.
 */
export function defineDecision<Q extends Question, const A extends string>(
  definition: DecisionDefinition<Q, A>,
): Arbiter<Q> {
  const { id, question: asked, owner, advisers, veto = [], rule, withinMs, appeal } = definition;
  const where = `decision ${id}`;
  requireName(where, id);
  const refuse: Refuse = (problem) => {
    throw new DefinitionError(where, problem);
  };
  const voices = Object.fromEntries(
    Object.entries(advisers as unknown as Readonly<Record<string, Written>>).map(
      ([name, one]): [string, Voice] => {
        const { agent, weight = 1 } = 'agent' in one ? one : { agent: one };
        return [name, { agent, weight, hasVeto: (veto as readonly string[]).includes(name) }];
      },
    ),
  );
  if (owner === undefined) refuse('it has no owner');
  const many = Object.keys(voices).length;
  const { positionsAtLeast = Math.floor(many / 2) + 1, people, author } = definition;
  const judge = typeof rule === 'object' ? rule.judge : undefined;
  const ruler = judge ?? (rule === 'owner' && 'kind' in owner ? owner : undefined);
  const arbiter: Arbiter = {
    kind: 'decision',
    decision: id,
    input: asked.subject,
    outcomes: Object.fromEntries(
      [...asked.options, 'undecided'].map((option) => [option, asked.record]),
    ) as Arbiter['outcomes'],
    question: asked as unknown as Arbiter['question'],
    owner: owner as AnyAgent | People,
    advisers: voices,
    rule: typeof rule === 'object' ? 'judge' : rule,
    ruler: ruler as AnyAgent | undefined,
    marginAtLeast: 'marginAtLeast' in definition ? (definition.marginAtLeast ?? 0) : 0,
    positionsAtLeast,
    withinMs,
    people: approvalOf('people' in owner ? owner.people : (people ?? []), withinMs),
    appeal,
    author: author as Arbiter['author'],
  };
  if (people !== undefined && 'people' in owner) refuse('its owner is asked, and nobody else');
  requireAdvisers(refuse, arbiter, voices, veto);
  requireRule(refuse, arbiter);
  requireTimes(refuse, arbiter);
  requireApproval(where, arbiter.people);
  if (appeal !== undefined) requireApproval(`${where}: appeal`, appeal);
  return arbiter as unknown as Arbiter<Q>;
}

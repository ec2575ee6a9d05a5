import type { GateTerms } from '../../machines/protocol/gate-terms.ts';
import { DefinitionError } from '../errors/definition-error.ts';

/** How long people have where nothing is said. */
export const DAY_MS = 86_400_000;
const MAX_NAMES = 64;
const MAX_TIERS = 8;

/** One principal by their id, or all who have a role in the organisation's `people`. */
export type Who = string | { readonly role: string };
type Somebody = readonly [Who, ...Who[]];

/** Who decides at a gate, how many of them, and until when. */
export interface Approval {
  /** Who may decide; default: whoever asked for the run. */
  readonly by?: readonly Who[];
  /** So many different principals must approve of the same content; default 1. */
  readonly quorum?: number;
  /** What ends it as `rejected`: `one` rejection (the default), or that the quorum can no longer be reached. */
  readonly rejects?: 'one' | 'unreachable';
  /** How often its content may be changed where the quorum is above 1: all are asked anew each time; default 3. */
  readonly edits?: number;
  /** Lets who may decide hand the right to somebody else, who then has it instead; `to`: only to these. Default: nobody may. */
  readonly delegation?: { readonly max: number; readonly to?: Somebody };
  /** Who is asked instead when time is up, one after the other, each in their own time; votes begin anew, by a quorum of 1. */
  readonly escalation?: readonly {
    readonly to: Somebody;
    readonly quorum?: number;
    readonly withinMs: number;
  }[];
  /** For those who are asked first; milliseconds, default 24 hours. */
  readonly withinMs?: number;
  /** What it ends as when nobody has decided in time: `expired` (the default), which is routed as that, or `rejected`. */
  readonly expires?: 'expired' | 'rejected';
}

/** Who has which role, by the ids of principals. */
export type People = Readonly<Record<string, readonly string[]>>;

const isWho = (who: unknown): who is Who => {
  const name = typeof who === 'object' && who !== null ? (who as { role?: unknown }).role : who;
  return typeof name === 'string' && name !== '';
};
const keyOf = (who: Who): string => (typeof who === 'string' ? who : `role ${who.role}`);

/** The roles that a gate names. */
export const rolesOf = ({ by = [], delegation, escalation = [] }: Approval): string[] =>
  [...by, ...(delegation?.to ?? []), ...escalation.flatMap(({ to }) => to)].flatMap((who) =>
    typeof who === 'string' ? [] : [who.role],
  );

/**
 * Refuses what nobody could keep to.
 * @throws DefinitionError for deciders that are no list of principals and roles or name one twice, a quorum above them, an
 *   escalation or a delegation to nobody, a number that is no whole one within its bounds, and a consequence that there is not.
 */
export function requireApproval(where: string, approval: Approval): void {
  const { by = [], quorum = 1, rejects = 'one', edits = 0, delegation, escalation = [] } = approval;
  const { withinMs = DAY_MS, expires = 'expired' } = approval;
  const refuse = (problem: string): never => {
    throw new DefinitionError(where, problem);
  };
  const whole = (name: string, value: unknown, least: number, most = Infinity): void => {
    if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
      refuse(
        `${name} is ${String(value)}, not a whole number from ${least} on${most === Infinity ? '' : ` to ${most}`}`,
      );
  };
  // A text would let in everybody whose name is a part of it.
  const list = (name: string, people: readonly Who[], least: number): void => {
    if (!Array.isArray(people) || !people.every(isWho))
      refuse(`${name} is ${JSON.stringify(people)}, no list of principals`);
    if (people.length < least) refuse(`${name} is nobody`);
    if (new Set(people.map(keyOf)).size < people.length || people.length > MAX_NAMES)
      refuse(`${name} names somebody twice, or more than ${MAX_NAMES}`);
  };
  const reach = (name: string, many: number, people: readonly Who[]): void => {
    whole(name, many, 1, MAX_NAMES);
    // How many have a role is known in the organisation only.
    const isCounted = people.every((who) => typeof who === 'string');
    const most = Math.max(1, people.length);
    if (isCounted && many > most) refuse(`${name} is ${many}, and ${most} may decide`);
  };
  list('by', by, 0);
  reach('quorum', quorum, by);
  whole('edits', edits, 0, MAX_NAMES);
  whole('withinMs', withinMs, 1);
  if (!['one', 'unreachable'].includes(rejects)) refuse(`rejects is ${rejects}`);
  if (!['expired', 'rejected'].includes(expires)) refuse(`it cannot expire as ${expires}`);
  if (delegation !== undefined) {
    whole('delegation.max', delegation.max, 1, MAX_NAMES);
    if (delegation.to !== undefined) list('delegation.to', delegation.to, 1);
  }
  if (escalation.length > MAX_TIERS) refuse(`it escalates more than ${MAX_TIERS} times`);
  for (const tier of escalation) {
    list('escalation.to', tier.to, 1);
    reach('escalation.quorum', tier.quorum ?? 1, tier.to);
    whole('escalation.withinMs', tier.withinMs, 1);
  }
}

/**
 * Holds a gate to the people that there are.
 * @throws DefinitionError for a role that nobody has, and a quorum above those who may decide.
 */
export function requirePeople(where: string, approval: Approval, people: People): void {
  for (const role of rolesOf(approval))
    if ((people[role]?.length ?? 0) === 0)
      throw new DefinitionError(where, `nobody has the role ${role}`);
  const { deciders, quorum = 1, escalation = [] } = termsOf(approval, people);
  for (const tier of [{ deciders, quorum }, ...escalation])
    if ((tier.quorum ?? 1) > Math.max(1, tier.deciders.length))
      throw new DefinitionError(
        where,
        `quorum is ${tier.quorum}, and ${tier.deciders.length} may decide`,
      );
}

/** As its machine takes it: every principal by their id, once. */
export function termsOf(approval: Approval, people: People = {}): GateTerms {
  const { by = [], delegation, escalation, withinMs = DAY_MS, ...rest } = approval;
  const ids = (who: readonly Who[]): string[] => [
    ...new Set(who.flatMap((one) => (typeof one === 'string' ? [one] : (people[one.role] ?? [])))),
  ];
  return {
    ...rest,
    deciders: ids(by),
    withinMs,
    ...(delegation && {
      delegation: { max: delegation.max, ...(delegation.to && { to: ids(delegation.to) }) },
    }),
    ...(escalation && {
      escalation: escalation.map(({ to, ...tier }) => ({ ...tier, deciders: ids(to) })),
    }),
  };
}

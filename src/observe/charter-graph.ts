import type { Hop } from '../../machines/team.ts';
import { DAY_MS, type Approval, type Who } from '../team/gate-terms.ts';
import type { AnyTeam } from '../team/team.ts';

export interface CharterNode {
  /** Its name in the team. */
  readonly key: string;
  /** `agent`, `gate`, `fan`, `decision`, `team`, or another kind of node that a charter may hold. */
  readonly kind: string;
  /** What a person wants to know of it, a sentence each: what it does, who decides, how long. */
  readonly says: readonly string[];
}
export interface CharterRoute {
  /** The node that is left; missing for a route of `otherwise`, which every node has that says nothing else. */
  readonly from?: string;
  readonly outcome: string;
  readonly to: { readonly node: string } | { readonly end: string };
  /** How often it may be taken in one run; beyond it the team fails. */
  readonly max?: number;
}
/** A charter as it can be drawn: plain data, everything in the order of its definition. */
export interface CharterGraph {
  readonly id: string;
  readonly version: number;
  readonly does: string;
  /** The node that begins. */
  readonly start: string;
  readonly nodes: readonly CharterNode[];
  /** The outcomes that the team declares, then the bad ends that a route passes on. */
  readonly ends: readonly { readonly name: string; readonly isDeclared: boolean }[];
  readonly routes: readonly CharterRoute[];
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A time in the largest unit that it is a whole number of. */
function durationText(ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms >= one && ms % one === 0) ?? ['ms', 1];
  const count = ms / length;
  return unit === 'ms' || count === 1 ? `${count} ${unit}` : `${count} ${unit}s`;
}

/** How often a route may be taken, in words. */
export const limitText = (max: number): string =>
  max === 1 ? 'at most once' : `at most ${max} times`;

const namesOf = (who: readonly Who[]): string[] =>
  who.map((one) => (typeof one === 'string' ? one : `whoever is ${one.role}`));

/** Who decides at a gate, and who when they do not. */
function decidersText({ by = [], quorum = 1, withinMs, escalation = [], expires }: Approval) {
  const decide = (who: readonly Who[], many: number) =>
    many > 1
      ? `${many} of ${namesOf(who).join(', ')} decide`
      : `${namesOf(who).join(' or ')} decides`;
  return [
    by.length === 0 ? 'the requester decides' : decide(by, quorum),
    `within ${durationText(withinMs ?? DAY_MS)}`,
    ...escalation.map(
      (tier) => `then ${decide(tier.to, tier.quorum ?? 1)} within ${durationText(tier.withinMs)}`,
    ),
    ...(expires === 'rejected' ? ['then it is rejected'] : []),
  ];
}

/** What is said of a node, whatever its kind: a kind that is not known here may still have an id, and say what it does. */
function saysOf(key: string, node: AnyTeam['nodes'][string]): string[] {
  switch (node.kind) {
    case 'gate':
      return decidersText(node.approval);
    case 'fan': {
      const branches = Object.entries(node.branches).map(([name, { id }]) =>
        name === id ? name : `${name}: ${id}`,
      );
      const isBounded = node.maxParallel < branches.length;
      return [
        ...branches.map((branch) => `▸ ${branch}`),
        ...(isBounded ? [`at most ${node.maxParallel} at once`] : []),
      ];
    }
    case 'below':
      return [
        `▸ ${node.node.id}, in each scope below`,
        `each within ${durationText(node.withinMs)}`,
      ];
    case 'decision': {
      const { decision, owner, rule, ruler, advisers, withinMs } = node;
      const asked = namesOf(node.people.by ?? []).join(' or ');
      const people = 'people' in owner ? asked || 'the requester' : owner.id;
      const by = { owner: people, judge: ruler?.id ?? '', vote: `a vote, owned by ${people}` }[
        rule
      ];
      return [
        ...(decision === key ? [] : [`decides ${decision}`]),
        ...Object.entries(advisers).map(
          ([name, { hasVeto }]) => `▸ ${name}${hasVeto ? ', a veto' : ''}`,
        ),
        `else ${by} decides`,
        `within ${durationText(withinMs)}`,
      ];
    }
    default: {
      const { id = key, does = '' } = node as { readonly id?: string; readonly does?: string };
      return [...(id === key ? [] : [`plays ${id}`]), ...(does === '' ? [] : [does])];
    }
  }
}

const routeOf = (from: string | undefined, outcome: string, hop: Hop): CharterRoute => ({
  ...(from !== undefined && { from }),
  outcome,
  to: 'end' in hop ? { end: hop.end } : { node: hop.to },
  ...('max' in hop && hop.max !== undefined && { max: hop.max }),
});

/** The graph of a team's charter, from its definition alone. */
export function charterGraph({
  id,
  version,
  does,
  nodes,
  outcomes,
  charter,
}: AnyTeam): CharterGraph {
  const routes = [
    ...Object.entries(charter.routes).flatMap(([from, hops]) =>
      Object.entries(hops).map(([outcome, hop]) => routeOf(from, outcome, hop)),
    ),
    ...Object.entries(charter.otherwise).map(([outcome, hop]) => routeOf(undefined, outcome, hop)),
  ];
  const declared = Object.keys(outcomes);
  const bad = routes.flatMap(({ to }) => ('end' in to && !declared.includes(to.end) ? to.end : []));
  return {
    id,
    version,
    does,
    start: charter.start.to,
    nodes: Object.entries(nodes).map(([key, node]) => ({
      key,
      kind: node.kind,
      says: saysOf(key, node),
    })),
    ends: [
      ...declared.map((name) => ({ name, isDeclared: true })),
      ...[...new Set(bad)].map((name) => ({ name, isDeclared: false })),
    ],
    routes,
  };
}

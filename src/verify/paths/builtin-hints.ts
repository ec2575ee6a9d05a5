import type { builtinMachines } from '../../../machines/builtin.ts';
import { roleContracts, type Role } from '../../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import { REQUESTER, type Hints } from './hints.ts';
import { below, budget, fund, lease, ledger, memory, schedule, session } from './shared-hints.ts';

const WITHIN_MS = 1_000;
const nothing = (): readonly undefined[] => [undefined];
const first = (refs: readonly ValueRef[]) => refs.slice(0, 1) as unknown as readonly Json[];
const firstOrNothing = (refs: readonly ValueRef[]) => [undefined, ...first(refs)];

const gate: Hints = {
  inputs: ([subject]) => {
    const input = { subject, purpose: 'plan', proposer: 'somebody', withinMs: WITHIN_MS };
    return [
      { ...input, deciders: [] },
      { ...input, deciders: ['named'] },
      { ...input, deciders: ['named'], proposer: 'named' },
      { ...input, deciders: [REQUESTER, 'named'], quorum: 2, rejects: 'unreachable', edits: 1 },
      {
        ...input,
        deciders: ['named'],
        delegation: { max: 1 },
        escalation: [{ deciders: [REQUESTER], withinMs: WITHIN_MS }],
        expires: 'rejected',
      },
    ] as unknown as Json[];
  },
  fields: Object.fromEntries(
    ['approved', 'edited', 'rejected', 'delegated'].map((verdict) => [
      `gate.${verdict}`,
      { note: nothing, round: () => [undefined, 2], to: () => ['named', 'stranger'] },
    ]),
  ),
};

const takes = [{ from: { part: 'one', outcome: 'done' }, to: 'one' }];
const plan: Hints = {
  inputs: ([value]) => {
    const part = (id: string) => ({ id, node: `node-${id}`, input: value });
    return [
      { parts: ['one', 'two', 'three'].map(part), maxParallel: 2 },
      { parts: ['one', 'two'].map(part), maxParallel: 1 },
      { parts: [part('one'), { ...part('two'), takes }], maxParallel: 2 },
    ] as unknown as Json[];
  },
  endings: {
    one: ['done', 'failed', 'refused'],
    two: ['done', 'failed'],
    three: ['done', 'failed'],
  },
  fields: { 'child.ended': { value: first, reason: nothing, note: nothing } },
};

const tools = {
  look: { effect: 'reads', timeoutMs: WITHIN_MS, inDoubt: 'ask' },
  mail: { effect: 'writes', timeoutMs: WITHIN_MS, inDoubt: 'ask' },
  post: { effect: 'writes', timeoutMs: WITHIN_MS, inDoubt: 'reissue' },
} as const;
const task: Hints = {
  inputs: ([input]) => {
    const settings = (performer: string, maxTurns: number, maxRepairs: number) => ({
      performer,
      limits: { maxTurns, maxRepairs, deadlineMs: WITHIN_MS, maxTokens: 0, maxStalls: 6 },
      tools,
      approveWithinMs: WITHIN_MS,
    });
    const begin = { node: 'worker', version: 1, input };
    const { look } = tools;
    const repeating = (maxStalls: number) => {
      const { limits, ...rest } = settings('code', 4, 0);
      return { ...rest, limits: { ...limits, maxStalls }, tools: { look } };
    };
    const { limits, ...rest } = settings('model', 2, 0);
    const metered = { ...rest, limits: { ...limits, maxTokens: 2 }, tools: { look } };
    const deputed = {
      ...metered,
      limits: { ...metered.limits, maxTurns: 3 },
      hasDeputy: true,
    };
    return [
      { ...begin, settings: settings('code', 2, 1) },
      { ...begin, settings: settings('none', 1, 0) },
      { ...begin, settings: repeating(6) },
      { ...begin, settings: repeating(1) },
      { ...begin, settings: metered, purse: 'parent' },
      { ...begin, settings: deputed, purse: 'parent' },
      { ...begin, settings: { ...repeating(1), performer: 'model', hasDeputy: true } },
    ] as unknown as Json[];
  },
  outcomes: ['done'],
  endings: {
    gate: ['approved', 'edited', 'rejected', 'expired'],
    doubt: ['approved', 'edited', 'rejected', 'expired'],
  },
  fields: {
    'agent.answered': { usage: nothing, note: firstOrNothing, value: firstOrNothing },
    'agent.failed': { reason: () => ['threw', 'needs_model'], note: firstOrNothing },
    'tool.wanted': {
      tool: () => ['look', 'mail', 'post', 'unknown'],
      input: first,
      usage: () => [{ model: 'm', tokens: { input: 1, output: 1 }, cost: 0 }],
    },
    'tool.returned': { value: first },
    'tool.failed': { reason: () => ['threw', 'in_doubt'], note: first },
    'budget.granted': { tokens: () => [0], steps: () => [1] },
    'child.ended': { reason: () => [undefined, 'rejected'], note: nothing, value: firstOrNothing },
  },
};

const gated = ['approved', 'edited', 'rejected', 'expired', 'failed'];
const arbitration: Hints = {
  values: [{ choice: 'yes', answers: {} }],
  inputs: ([subject]) => {
    const adviser = (id: string, weight: number, hasVeto = false) => ({
      id,
      node: `node-${id}`,
      version: 1,
      weight,
      mind: id,
      hasVeto,
    });
    const begin = {
      subject,
      decision: 'd',
      options: ['yes', 'no'],
      advisers: [adviser('one', 2), adviser('two', 1)],
      rule: 'vote',
      marginAtLeast: 0,
      positionsAtLeast: 1,
      nodes: { person: 'person', reading: 'reading' },
      withinMs: WITHIN_MS,
    };
    const ruled = { ...begin, rule: 'owner', owner: 'chief', ruler: { node: 'chief', version: 1 } };
    return [
      { ...begin, nodes: { ...begin.nodes, appeal: 'appeal' } },
      { ...begin, marginAtLeast: 0.5 },
      { ...begin, advisers: [adviser('one', 2), adviser('two', 1, true)] },
      { ...begin, rule: 'owner', positionsAtLeast: 2 },
      { ...ruled, nodes: { ...begin.nodes, appeal: 'appeal' } },
      { ...ruled, advisers: [adviser('one', 1)], author: 'chief' },
      { ...ruled, advisers: [adviser('one', 1)], author: 'node-one' },
      { ...begin, rule: 'given', given: 'yes' },
    ] as unknown as Json[];
  },
  endings: {
    'adviser-one': ['yes', 'no', 'failed'],
    'adviser-two': ['yes', 'no', 'failed'],
    ruler: ['yes', 'no', 'failed'],
    reading: ['yes', 'refused'],
    rereading: ['yes', 'refused'],
    person: gated,
    appeal: gated,
  },
  fields: { 'child.ended': { value: first, reason: nothing, note: nothing } },
};

const solo: Hints = {
  inputs: ([input]) =>
    [{ node: 'worker', input, project: input, deadlineMs: WITHIN_MS }] as unknown as Json[],
  endings: { node: ['done', 'failed'] },
  fields: {
    'child.ended': { value: firstOrNothing, reason: nothing, note: firstOrNothing },
    'run.paused': { isAbove: () => [undefined, true] },
    'run.resumed': { isAbove: () => [undefined, true] },
  },
};

const claim: Hints = {
  inputs: ([input]) => [{ node: 'worker', version: 1, input }] as unknown as Json[],
  endings: { work: ['done', 'failed'] },
  fields: {
    'claim.settled': {
      outcome: () => ['done'],
      value: firstOrNothing,
      reason: nothing,
      note: nothing,
    },
    'child.ended': { value: firstOrNothing, reason: nothing, note: nothing },
  },
};

/** A role's own outcomes, and one of those that every node has. */
const outcomesOf = (role: Role): string[] => [
  ...Object.keys(roleContracts[role].outcomes),
  'failed',
];
const request: Hints = {
  values: [{ text: 'a', unplaced: [], known: {} }],
  inputs: ([value]) => {
    const input = {
      request: value,
      clarified: value,
      catalogue: value,
      planGate: false,
      maxAsks: 1,
      maxParallel: 1,
      deadlineMs: WITHIN_MS,
      checkWithinMs: WITHIN_MS,
      personWithinMs: WITHIN_MS,
    };
    const played = { router: 'r', planner: 'p', composer: 'c', verifier: 'v', memoryKeeper: 'm' };
    const { router, planner, composer, verifier, memoryKeeper } = played;
    return [
      { ...input, roles: {} },
      { ...input, roles: { memoryKeeper, router } },
      { ...input, roles: { planner }, maxAsks: 1 },
      { ...input, roles: { router, planner }, maxAsks: 0 },
      { ...input, roles: { router }, planGate: true },
      { ...input, roles: { router, composer } },
      { ...input, roles: { composer, verifier } },
    ] as unknown as Json[];
  },
  endings: {
    ...Object.fromEntries(
      (Object.keys(roleContracts) as Role[]).map((role) => [role, outcomesOf(role)]),
    ),
    plan: ['all', 'some', 'failed'],
    'plan-gate': ['approved', 'edited', 'rejected', 'expired'],
    'release-gate': ['approved', 'edited', 'rejected', 'expired'],
  },
  fields: { 'child.ended': { value: first, reason: nothing, note: nothing } },
};

/** What the generator is told of each machine that every world has. */
export const builtinHints: Readonly<Record<keyof typeof builtinMachines, Hints>> = {
  request,
  task,
  plan,
  gate,
  arbitration,
  solo,
  claim,
  budget,
  lease,
  ledger,
  fund,
  memory,
  schedule,
  below,
  session,
};

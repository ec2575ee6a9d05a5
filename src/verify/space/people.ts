import { DEFAULT_EDITS } from '../../../machines/gate/rules.ts';
import type { GateTerms } from '../../../machines/protocol/gate-terms.ts';
import type { Principal } from '../../../machines/protocol/principal.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import type { CellEffect } from './cell.ts';
import type { Offer } from './environment.ts';

/** Somebody whom nobody asked. */
export const stranger: Principal = { id: 'a stranger', proof: 'token' };
/** Whom a right may be handed to, where the gate names nobody. */
const DELEGATE = 'a delegate';
const WRONG_HASH = 'f'.repeat(64);

export interface Crowd {
  readonly requester: Principal;
  readonly on: { readonly edits: boolean; readonly mischief: boolean };
  /** By purpose: what a person may make of what is to be approved; a text by default. */
  readonly edits: Readonly<Record<string, Json>> | undefined;
  readonly value: (
    contract: string,
    value: Json,
  ) => { readonly ref: ValueRef; readonly values: Readonly<Record<string, Json>> };
}

/** What a gate says when it asks. */
type Asked = Partial<GateTerms> & {
  readonly subject?: ValueRef;
  readonly purpose: string;
  /** Who may decide; nobody named: whoever asked for the run. */
  readonly deciders: readonly string[];
  readonly proposer?: string;
  readonly round?: number;
};

/** The round before, where there was one: a decision that was made in it may be on its way. */
const before = (round = 1): number[] => (round > 1 ? [round - 1] : []);
const said = (event: object) => event as { type: string };

/** What people say while they are asked. */
export function people(crowd: Crowd, { params }: CellEffect): Offer[] {
  const asked = params as unknown as Asked;
  if (asked.purpose === 'question') return questioned(crowd);
  const { quorum, delegation } = asked;
  const isShared = quorum !== undefined || delegation !== undefined;
  return isShared ? several(crowd, asked) : single(crowd, asked);
}

function questioned({ requester, on, value }: Crowd): Offer[] {
  const words = value('clarified', { text: 'that one' });
  const event = said({ type: 'requester.answered', text: words.ref });
  const answered = { name: 'the requester answers', event, values: words.values };
  return [
    { ...answered, principal: requester, cost: 0 },
    ...(on.mischief
      ? [{ ...answered, name: 'a stranger answers', principal: stranger, cost: 1 as const }]
      : []),
  ];
}

/** What one of them says where one is enough: the others would do nothing else. */
function single({ requester, on, edits, value }: Crowd, asked: Asked): Offer[] {
  const { subject, purpose, deciders, round } = asked;
  const [decider] = deciders;
  const principal = decider === undefined ? requester : { ...requester, id: decider };
  const shown = { hash: subject?.hash ?? '', ...(round !== undefined && { round }) };
  const say = (name: string, event: object, more: Partial<Offer> = {}): Offer => ({
    name: `the person ${name}`,
    event: said({ ...event }),
    principal,
    cost: 0,
    ...more,
  });
  const approved = { type: 'gate.approved', ...shown };
  const made = value('edited', edits?.[purpose] ?? { text: 'that one' });
  const edited = { type: 'gate.edited', ...shown, value: made.ref };
  return [
    say('approves', approved),
    say('rejects', { type: 'gate.rejected', ...shown }),
    ...(on.edits ? [say('edits', edited, { values: made.values })] : []),
    ...(on.mischief
      ? [
          say('approves another content', { ...approved, hash: WRONG_HASH }, { cost: 1 }),
          ...before(round).map((earlier) =>
            say('approves in an earlier round', { ...approved, round: earlier }, { cost: 1 }),
          ),
          {
            ...say('', approved),
            name: 'a stranger approves',
            principal: stranger,
            cost: 1,
          } as const,
        ]
      : []),
  ];
}

/** What each of several says, of what was asked about and of what it may have been changed to; whoever may not, too. */
function several({ requester, on, edits, value }: Crowd, asked: Asked): Offer[] {
  const { subject, purpose, deciders, delegation, proposer, quorum = 1, round = 1 } = asked;
  const hash = subject?.hash ?? '';
  const made = value('edited', edits?.[purpose] ?? { text: 'that one' });
  const isChangeable = on.edits && (quorum === 1 || (asked.edits ?? DEFAULT_EDITS) > 0);
  const contents = [
    { what: '', shown: { hash, round } },
    ...(isChangeable && quorum > 1
      ? [{ what: ' of what was edited', shown: { hash: made.ref.hash, round: round + 1 } }]
      : []),
  ];
  const delegates = delegation === undefined ? [] : (delegation.to ?? [DELEGATE]);
  const asks = deciders.length === 0 ? [requester.id] : deciders;
  const say = (id: string, what: string, event: object, more: Partial<Offer> = {}): Offer => ({
    name: `${id} ${what}`,
    event: said(event),
    principal: { ...requester, id },
    cost: 0,
    ...more,
  });
  const handsOn = (id: string, to: string, more: Partial<Offer> = {}): Offer[] =>
    contents.map(({ what, shown }) =>
      say(id, `hands the right to ${to}${what}`, { type: 'gate.delegated', ...shown, to }, more),
    );
  const offers = [...new Set([...asks, ...delegates])].flatMap((id) => [
    ...contents.flatMap(({ what, shown }) => [
      say(id, `approves${what}`, { type: 'gate.approved', ...shown }),
      say(id, `rejects${what}`, { type: 'gate.rejected', ...shown }),
    ]),
    ...(isChangeable
      ? [
          say(
            id,
            'edits',
            { type: 'gate.edited', hash, round, value: made.ref },
            { values: made.values },
          ),
        ]
      : []),
    ...delegates.filter((to) => to !== id).flatMap((to) => handsOn(id, to)),
  ]);
  if (!on.mischief) return offers;
  const [first = ''] = asks;
  const approved = { type: 'gate.approved', hash, round };
  return [
    ...offers,
    say(first, 'approves another content', { ...approved, hash: WRONG_HASH }, { cost: 1 }),
    ...before(round).map((earlier) =>
      say(first, 'approves in an earlier round', { ...approved, round: earlier }, { cost: 1 }),
    ),
    say(stranger.id, 'approves', approved, { cost: 1 }),
    ...(delegation === undefined
      ? []
      : handsOn(stranger.id, delegates[0] ?? DELEGATE, { cost: 1 })),
    ...(delegation === undefined || proposer === undefined
      ? []
      : [
          ...handsOn(first, proposer, { cost: 1 }),
          say(proposer, 'approves', approved, { cost: 1 }),
        ]),
  ];
}

import type * as z from 'zod';
import type { Fact } from '../../../machines/protocol/effects.ts';
import {
  childEnded,
  deadlinePassed,
  effectExpired,
  type EventSchemas,
} from '../../../machines/protocol/events.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import { PRINCIPALS, REQUESTER, type Hints } from './hints.ts';
import { isAsking, type Offer, type Source, type Stand } from './stand.ts';
import { variantsOf } from './variants.ts';

const [CHILD] = Object.keys(childEnded) as [string];
const [EXPIRY] = Object.keys(effectExpired) as [string];
const [DEADLINE] = Object.keys(deadlinePassed) as [string];
/** Internal events that the kernel makes itself; the others are sent by a parent. */
const OF_THE_KERNEL: readonly string[] = [CHILD, EXPIRY, DEADLINE];

/** What must be open in a state before an event of that type can come in. */
export function needOf(events: EventSchemas, type: string): string | undefined {
  if (type === CHILD) return 'no child is open';
  if (type === EXPIRY) return 'no effect is open';
  if (type === DEADLINE) return 'no timer of it runs, or it stands still while a person is asked';
  return Object.hasOwn(events.answer, type) ? 'no effect is open that is answered' : undefined;
}

/** Everything that the world may let come in at a state of the machine. */
export function offersFor(events: EventSchemas, hints: Hints, refs: readonly ValueRef[]) {
  const generator = { hints, refs };
  const outcomesOf = (child: string) => hints.endings?.[child.replace(/-\d+$/, '')];
  const offer = (type: string, from: Source, body: Record<string, Json>): Offer => ({
    type,
    from,
    fact: { ...body, type } as Fact,
  });
  const each = (
    shapes: Readonly<Record<string, z.ZodObject>>,
    sources: (type: string, schema: z.ZodObject) => readonly Source[],
  ): Offer[] =>
    Object.entries(shapes).flatMap(([type, schema]) =>
      sources(type, schema).flatMap((from) =>
        variantsOf(type, schema, generator).map((body) => offer(type, from, body)),
      ),
    );
  const still = [
    ...each(events.external, (_, { shape }) =>
      (Object.hasOwn(shape, 'by') ? PRINCIPALS : [REQUESTER]).map((principal) => ({
        kind: 'external',
        principal,
      })),
    ),
    ...each(events.told ?? {}, () => [{ kind: 'told' }]),
    ...each(events.internal, (type) => (OF_THE_KERNEL.includes(type) ? [] : [{ kind: 'parent' }])),
  ];
  const known = new Map<Stand, readonly Offer[]>();
  const offersAt = ({ open, ended, context }: Stand): readonly Offer[] => {
    if (ended !== undefined || hints.isFar?.(context) === true) return [];
    const effects = Object.keys(open.effects);
    // A person answers by events of their own.
    const answerable = effects.filter((id) => open.effects[id] === false);
    const children = Object.keys(open.children).filter((id) => open.children[id]);
    return [
      ...still,
      ...each(events.answer, () => answerable.map((effect) => ({ kind: 'answer', effect }))),
      ...children.flatMap((child) => {
        const outcome = outcomesOf(child);
        const given = { id: [child], ...(outcome && { outcome }) };
        return variantsOf(CHILD, childEnded['child.ended'], generator, given).map((body) =>
          offer(CHILD, { kind: 'child', child }, body),
        );
      }),
      ...effects.map((effect) => offer(EXPIRY, { kind: 'expiry', effect }, { id: effect })),
      ...Object.entries(open.timers)
        .filter(([, { work }]) => !(work && isAsking(open)))
        .map(([timer, { event }]) => ({
          type: event.type,
          from: { kind: 'timer', timer } as const,
          fact: event,
        })),
    ];
  };
  // The same events each time, so that a path can be followed by its events.
  return (stand: Stand): readonly Offer[] => {
    const offers = known.get(stand) ?? offersAt(stand);
    known.set(stand, offers);
    return offers;
  };
}

// An application of XState that asks the support team; used by several tests.
import { assign, setup, waitFor, type AnyActorRef } from 'xstate';
import { asActorLogic, type NodeOutput, type NodeSnapshot } from 'nova-agents';
import { support } from '../team/support.ts';

type Ended = NodeOutput<typeof support>;
interface Context {
  readonly text: string;
  readonly got: Ended | undefined;
  readonly error: unknown;
}

/** An application that asks support once. */
export const app = (logic = asActorLogic(support)) =>
  setup({
    types: {} as { input: { text: string }; context: Context },
    actors: { support: logic },
  }).createMachine({
    id: 'app',
    context: ({ input }) => ({ ...input, got: undefined, error: undefined }),
    initial: 'asking',
    states: {
      asking: {
        invoke: {
          id: 'support',
          src: 'support',
          input: ({ context }) => ({ text: context.text }),
          onDone: { target: 'done', actions: assign({ got: ({ event }) => event.output }) },
          onError: { target: 'lost', actions: assign({ error: ({ event }) => event.error }) },
        },
        on: { LEAVE: 'left' },
      },
      left: {},
      done: { type: 'final' },
      lost: { type: 'final' },
    },
  });

const childOf = (actor: { getSnapshot(): unknown }) =>
  (actor.getSnapshot() as { children: Record<string, AnyActorRef> }).children[
    'support'
  ] as AnyActorRef;
export const standing = (actor: AnyActorRef) => actor.getSnapshot() as NodeSnapshot<typeof support>;
/** Until somebody is asked. */
export const asked = async (actor: { getSnapshot(): unknown }) => {
  const child = childOf(actor);
  await waitFor(child, (snapshot) => (snapshot as NodeSnapshot<typeof support>).waiting.length > 0);
  return child;
};
export const isOver = ({ status }: { status: string }) => status === 'done';

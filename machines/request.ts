//   open.work:  recalling ▶ routing ▶ planning ⇄ asking
//                              └─────────┴──▶ checking ▶ accepted ▶ (gating) ▶ working ▶ composing ▶ verifying ▶ done
//   open.flow:  running ⇄ paused: nothing new begins, what has begun goes on
//   open ── run.stopped ──▶ stopping ── every child has ended ──▶ ended (cancelled)
//   open ── deadline.passed ──▶ stopping (expired); in working only the plan is stopped, and what came back is composed
//
// The orchestrator of one request: it owns the handoffs, never the payloads. A role that nobody plays is skipped.
import { assign } from 'xstate';
import { deadline, finalOutput } from './request/handoffs.ts';
import { base, purse, tell, toPurse } from './request/setup.ts';
import { work } from './request/work.ts';

export const requestMachine = base.createMachine({
  id: 'request',
  version: '1',
  options: { maxIterations: 64 },
  context: ({ input }) => ({ ...input, children: {}, asks: 0, isPaused: false }),
  entry: [{ type: 'timer', params: ({ context }) => deadline(context) }, purse],
  on: {
    'child.ended': {
      actions: { type: 'note', params: ({ event: { type: _, ...ended } }) => ended },
    },
  },
  initial: 'open',
  states: {
    open: {
      type: 'parallel',
      on: {
        'run.stopped': { target: 'stopping', actions: 'cancel' },
        'deadline.passed': {
          target: 'stopping',
          actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
        },
      },
      states: {
        flow: {
          initial: 'running',
          states: {
            running: {
              on: {
                'run.paused': {
                  target: 'paused',
                  actions: [
                    assign({ isPaused: () => true }),
                    tell('run.paused', 'plan'),
                    toPurse('run.paused'),
                  ],
                },
              },
            },
            paused: {
              on: {
                'run.resumed': {
                  target: 'running',
                  actions: [
                    assign({ isPaused: () => false }),
                    tell('run.resumed', 'plan'),
                    toPurse('run.resumed'),
                  ],
                },
              },
            },
          },
        },
        work,
      },
    },
    stopping: {
      entry: [toPurse('stop.requested'), tell('stop.requested')],
      always: { guard: 'isIdle', target: 'ended' },
    },
    ended: { type: 'final' },
  },
  output: ({ context }) => finalOutput(context),
});

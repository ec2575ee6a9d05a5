import { Ask, below, defineTeam, type PlanReport } from 'nova-agents';
import * as z from 'zod';
import { workspaceKeeper } from './workspace-keeper.ts';

const Seen = z.strictObject({
  from: z.string().min(1),
  isDone: z.boolean(),
  summary: z.string().min(1),
});
const Triaged = z.strictObject({
  summary: z.string().min(1),
  /** What is open first. */
  projects: z.array(Seen),
  /** Those that could not be looked at, and how that ended. */
  unseen: z.array(z.string()),
});
const BLIND =
  'No project could be looked at. Their folders stand under `projects` of `nova.config.ts`, and `nova ask --all` asks over them.';
const Crossed = z.object({ from: z.string(), value: z.object({ summary: z.string() }) });

/** The project of a run: its scope. */
const projectOf = (run: string): string => run.slice(0, run.lastIndexOf('/'));

function triaged({ got, lost }: z.output<typeof PlanReport>): z.output<typeof Triaged> {
  const projects = got
    .map(({ outcome, value }) => {
      const { from, value: told } = Crossed.parse(value);
      return { from: projectOf(from), isDone: outcome === 'all-done', summary: told.summary };
    })
    .toSorted((a, b) => Number(a.isDone) - Number(b.isDone));
  const unseen = lost.map(({ id, outcome, reason }) => `${id}: ${reason ?? outcome}`);
  const summary = [
    ...projects.map(({ from, summary: told }) => `## ${from}\n\n${told}`),
    ...(unseen.length > 0 ? [`## Not seen\n\n${unseen.map((one) => `- ${one}`).join('\n')}`] : []),
  ].join('\n\n');
  return { summary, projects, unseen };
}

/** Looks over all projects: what is at work, open and undecided in each, in a run of its own there. */
export const triage = defineTeam({
  id: 'triage',
  version: 1,
  does: 'Triage over all projects at once: what is in progress, open and undecided in each of them.',
  asks: [
    'Run a triage, project by project',
    'Triage all my projects',
    'Triage everything that lies around in any project',
  ],
  input: Ask,
  outcomes: { seen: Triaged, blind: z.strictObject({ summary: z.string() }) },
  nodes: { everywhere: below({ node: workspaceKeeper }) },
  start: { to: 'everywhere', with: (input) => ({ input }) },
  routes: {
    everywhere: {
      all: { end: 'seen', with: triaged },
      some: { end: 'seen', with: triaged },
      failed: { end: 'blind', with: () => ({ summary: BLIND }) },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

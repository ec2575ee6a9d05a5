import { inLine } from 'nova-agents/tools';

export interface Colleague {
  readonly id: string;
  readonly does: string;
  readonly ask: string | null;
  readonly ready: boolean;
}

/** How people ask for somebody: it says nothing about what for. */
const LOOKING =
  /\b(?:who|whom|which|somebody|someone|anybody|anyone|colleagues?|agents?|specialists?|experts?|persons?|people|team|responsible|charge|contact|connect|introduce|skills?|abilities|able|capable|help|helps|takes?|care|knows?|handles?|right|talk|speak|hand|introduction)\b/giu;

/** What somebody is looked for. */
export const subjectOf = (text: string): string => text.replace(LOOKING, ' ');

const titleOf = (id: string): string => {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
/** One of the team in a line. */
export const lineOf = ({ id, does, ready }: Colleague): string =>
  `- **${titleOf(id)}**: ${inLine(does)}${ready ? '' : ' (needs a model, and none is configured)'}`;
/** One of the team by the first thing that it does. */
export const shortlyOf = (one: Colleague): string =>
  lineOf({ ...one, does: one.does.split(/[:;(]|\.\s|\.$/u, 1)[0]?.trim() ?? '' });
/** The same with how to ask for it. */
export const askingFor = (one: Colleague): string =>
  `${lineOf(one)}${one.ask === null ? '' : `\n  Ask for instance: "${inLine(one.ask)}"`}`;

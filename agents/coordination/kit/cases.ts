import type { CatalogueEntry } from 'nova-agents';

/** A small invented organisation for the worked examples of those who coordinate. */
export const catalogue: CatalogueEntry[] = [
  {
    id: 'gardener',
    does: 'Waters the plants and tells which of them are ill.',
    doesNot: { 'repairing the greenhouse roof': 'carpenter' },
    examples: ['Water the roses', 'Which plants are ill?'],
    takes: ['text'],
    gives: { told: ['summary', 'ill'] },
    ready: true,
  },
  {
    id: 'carpenter',
    does: 'Repairs doors, roofs and furniture of wood.',
    doesNot: {},
    examples: ['Repair the door', 'The roof of the shed leaks'],
    takes: ['text', 'wood?'],
    gives: { repaired: ['summary'] },
    ready: true,
  },
  {
    id: 'poet',
    does: 'Writes poems for birthdays.',
    doesNot: {},
    examples: ['Write a poem for my aunt'],
    ready: false,
  },
];

/** What a router or planner is asked before anybody asked back. */
export const asking = (text: string, clarified = '') => ({ text, clarified, catalogue });

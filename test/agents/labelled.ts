import requests from '../../agents/requests.json' with { type: 'json' };
import { organisation } from '../../agents/index.ts';
import { described } from '../../src/team/catalogue.ts';

/** What is learned from: what each agent says of itself, and what it was asked. */
export function labelled(): Record<string, string[]> {
  const asked: Readonly<Record<string, readonly string[]>> = requests;
  const said = organisation.agents.map((agent) => {
    const { id, does, examples } = described(agent);
    return [id, [`${id}: ${does}`, ...examples, ...(asked[id] ?? [])]] as const;
  });
  return { ...Object.fromEntries(said), '': [...(asked[''] ?? [])] };
}

import { BadRequestError } from '../errors/bad-request-error.ts';
import { charterGraph } from '../observe/charter-graph.ts';
import { charterMermaid } from '../observe/charter-mermaid.ts';
import type { Organisation } from '../team/define-organisation.ts';

/**
 * `nova picture`: every team as Markdown with its graph for Mermaid, as a README takes it.
 * @throws BadConfigError for a module that does not load, BadRequestError where there is no team.
 */
export async function picture(
  load: () => Promise<Organisation>,
  path: string | undefined,
): Promise<number> {
  const { loadCheckable } = await import('../verify/check-module.ts');
  const organisations =
    path === undefined ? [await load()] : (await loadCheckable(path)).organisations;
  const teams = new Set(organisations.flatMap((organisation) => organisation.teams ?? []));
  if (teams.size === 0) throw new BadRequestError('there is no team to draw: defineTeam makes one');
  const texts = [...teams].map(
    (team) =>
      `## ${team.id}\n\n${team.does}\n\n\`\`\`mermaid\n${charterMermaid(charterGraph(team))}\`\`\`\n`,
  );
  process.stdout.write(texts.join('\n'));
  return 0;
}

import { bullets, counted, inCode, inLine } from 'nova-agents/tools';
import type { Issue } from './issues.ts';

const MAX_POINTS = 12;
const MAX_OWNERS = 8;

const point = ({ kind, path, line, text, owner }: Issue) =>
  `${inCode(`${path}:${line}`)}${kind === 'issue' ? '' : ` ${kind}`}: ` +
  `${inLine(text) || '(no words)'}${owner === null ? '' : ` — ${inLine(owner)}`}`;

function ownerLine(issues: readonly Issue[]): string[] {
  const counts = new Map<string, number>();
  for (const { owner } of issues)
    if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const most = [...counts]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MAX_OWNERS);
  const told = most.map(([owner, count]) => `${inLine(owner)} ${count}`).join(', ');
  return told === '' ? [] : [`Owners: ${told}`];
}

/** Says what is open, the places first. */
export function describeIssues(
  issues: readonly Issue[],
  done: number,
  honest: { readonly truncated: boolean; readonly ownersKnown: boolean },
): string {
  const urgent = issues.filter(({ kind }) => kind === 'FIXME' || kind === 'XXX');
  const later = issues.filter(({ kind }) => kind === 'TODO' || kind === 'HACK');
  const written = issues.filter(({ kind }) => kind === 'issue');
  return [
    ...bullets('FIXME and XXX', urgent.map(point), MAX_POINTS),
    ...bullets('Issues written down', written.map(point), MAX_POINTS),
    ...bullets('TODO and HACK', later.map(point), MAX_POINTS),
    ...ownerLine(issues),
    ...(done > 0 ? [`${counted(done, 'written issue')} done already.`] : []),
    ...(honest.ownersKnown ? [] : ['Who wrote the lines is not known, as git cannot tell.']),
    ...(honest.truncated ? ['There is more than was read or is listed.'] : []),
  ].join('\n');
}

import { bullets, counted, inCode, inLine, type Branches, type Status } from 'nova-agents/tools';

const DAY_MS = 86_400_000;
/** A branch is stale when the project's newest commit is this much younger. */
export const STALE_DAYS = 30;
const MAX_POINTS = 12;
const DATE_CHARS = 'yyyy-mm-dd'.length;

export interface OpenBranch {
  readonly name: string;
  readonly ahead: number;
  readonly behind: number;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly stale: boolean;
}

/** The branches with something that the default branch lacks, the newest first. */
export function openBranches({ branches }: Branches): OpenBranch[] {
  const newestMs = Math.max(...branches.map(({ date }) => Date.parse(date)));
  return branches.flatMap(({ name, ahead, behind, author, date, subject }) => {
    if (ahead === null || behind === null || ahead === 0) return [];
    const stale = newestMs - Date.parse(date) > STALE_DAYS * DAY_MS;
    return [{ name, ahead, behind, author, date, subject, stale }];
  });
}

function branchPoint({ name, ahead, behind, author, date, subject, stale }: OpenBranch): string {
  const distance = `${counted(ahead, 'commit')} ahead${behind > 0 ? `, ${behind} behind` : ''}`;
  const last = `last ${date.slice(0, DATE_CHARS)} by ${inLine(author)}: ${inLine(subject)}`;
  return `${inCode(name)}: ${distance}; ${last}${stale ? ' (stale)' : ''}`;
}

function filePoints({ counts, entries }: Status): string[] {
  const { staged, unstaged, untracked, conflicts } = counts;
  const parts = [
    ...(staged > 0 ? [`${staged} staged`] : []),
    ...(unstaged > 0 ? [`${unstaged} changed and not staged`] : []),
    ...(untracked > 0 ? [`${untracked} not known to git`] : []),
  ];
  const inConflict = entries.filter(({ conflict }) => conflict).map(({ path }) => inCode(path));
  return [
    ...(parts.length > 0 ? [`Uncommitted files: ${parts.join(', ')}`] : []),
    ...(conflicts > 0 ? [`In conflict: ${inConflict.slice(0, MAX_POINTS).join(', ')}`] : []),
  ];
}

/** What is not yet saved anywhere but here: files, conflicts, stashes, commits not pushed. */
function herePoints(status: Status): string[] {
  const { stashes, branch, head, ahead, behind, upstream } = status;
  const apart = `${ahead ?? 0} ahead of and ${behind ?? 0} behind ${inCode(upstream ?? '')}`;
  return [
    ...filePoints(status),
    ...(stashes > 0 ? [`${counted(stashes, 'stash', 'stashes')} put away`] : []),
    ...(branch === null && head !== null
      ? [`HEAD is on no branch, but at ${inCode(head.slice(0, 7))}`]
      : []),
    ...((ahead ?? 0) + (behind ?? 0) > 0 ? [`${inCode(branch ?? 'HEAD')} is ${apart}`] : []),
  ];
}

/** Says what is going on in a project; empty where nothing is. */
export function describeProgress(
  status: Status | null,
  open: readonly OpenBranch[],
  { default: base, shallow, truncated }: Branches,
): string {
  const here = status === null ? [] : herePoints(status);
  const heading = `Branches not merged into ${inCode(base?.name ?? 'HEAD')}`;
  const lines = [
    ...bullets('In this folder', here, MAX_POINTS),
    ...bullets(heading, open.map(branchPoint), MAX_POINTS),
  ];
  if (lines.length === 0) return '';
  if (truncated || status?.truncated === true)
    lines.push('Not everything is counted: there is more than was read.');
  if (shallow) lines.push('Part of the history is not here, so that distances may be wrong.');
  return lines.join('\n');
}

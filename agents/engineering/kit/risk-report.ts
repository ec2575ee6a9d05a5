import { bullets, counted, inCode, inLine } from 'nova-agents/tools';
import { RISKS, type Finding, type Risk } from './risks.ts';

const MAX_POINTS = 8;
const HEADINGS: Readonly<Record<Risk, string>> = {
  secret: 'Secrets',
  conflict: 'Conflicts left',
  database: 'Database',
  access: 'Access',
  pipeline: 'Pipeline',
  deletion: 'Large deletions',
  'lock-file': 'Lock files',
  binary: 'Binary files',
};

const point = ({ branch, path, line, why, seal }: Finding) =>
  `${inCode(`${path}:${line}`)} ${inLine(why)}${seal === null ? '' : `, seal ${seal}`}` +
  (branch === null ? '' : ` (on ${inCode(branch)})`);

/** What was looked at. */
export interface Looked {
  readonly files: number;
  readonly branches: readonly string[];
  readonly notes: readonly string[];
}

const scopeOf = ({ files, branches }: Looked) =>
  `${counted(files, 'changed file')} in the folder and on ${counted(branches.length, 'branch', 'branches')}`;

/** Says what wants a second look and why. */
export function describeRisks(findings: readonly Finding[], looked: Looked): string {
  const result = findings.length === 0 ? 'none found' : counted(findings.length, 'finding');
  return [
    `**Risky changes**: ${result}, ${scopeOf(looked)}`,
    ...RISKS.flatMap((risk) =>
      bullets(
        HEADINGS[risk],
        findings.filter((finding) => finding.risk === risk).map(point),
        MAX_POINTS,
      ),
    ),
    ...looked.notes,
  ].join('\n');
}

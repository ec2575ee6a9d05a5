import { bullets, byText, counted, inCode, inLine } from 'nova-agents/tools';
import type { Finding } from './manifests.ts';

const MAX_POINTS = 8;
const HEADINGS: Readonly<Record<Finding['kind'], string>> = {
  broken: 'Files that cannot be read',
  missing: 'Imported and not declared',
  'out-of-step': 'Lock file out of step',
  'no-lock': 'No lock file',
  unpinned: 'Not pinned',
  unused: 'Declared and not used',
  duplicated: 'In several versions',
};
/** The order in which kinds are told: what breaks an installation first. */
export const KINDS = Object.keys(HEADINGS) as Finding['kind'][];

const point = ({ name, path, line, why }: Finding) =>
  `${name === null ? '' : `${inCode(name)} `}${inLine(why)} (${inCode(`${path}:${line}`)})`;

/** What could be looked at, and what can never be known from outside. */
export interface Coverage {
  readonly manifests: number;
  readonly declared: number;
  readonly uncertain: readonly { readonly name: string; readonly why: string }[];
  /** Said as they are. */
  readonly notes: readonly string[];
}

/** Says what is wrong with the dependencies, and what is not known. */
export function describeDependencies(
  findings: readonly Finding[],
  { manifests, declared, uncertain, notes }: Coverage,
): string {
  const scope = `${counted(declared, 'package')} declared in ${counted(manifests, 'manifest')}`;
  const unsure = uncertain.map(({ name, why }) => `${inCode(name)}: ${inLine(why)}`);
  return [
    `**Dependencies**: ${findings.length === 0 ? 'nothing to object to' : counted(findings.length, 'finding')}, ${scope}`,
    ...KINDS.flatMap((kind) =>
      bullets(
        HEADINGS[kind],
        findings.filter((finding) => finding.kind === kind).map(point),
        MAX_POINTS,
      ),
    ),
    ...bullets('Not imported, perhaps used otherwise', unsure, MAX_POINTS),
    ...notes,
  ].join('\n');
}

/** The gravest first, then by place. */
export const byKind = (a: Finding, b: Finding) =>
  KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
  byText(a.path, b.path) ||
  a.line - b.line ||
  byText(a.name ?? '', b.name ?? '');

import { readFileSync } from 'node:fs';

/** Of the package. */
export function version(): string {
  const at = (up: string) => new URL(`${up}package.json`, import.meta.url);
  // From the source the package is two folders up, from dist/src/cli three.
  const file = import.meta.url.endsWith('.ts') ? at('../../') : at('../../../');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The oldest Node that has what is used here: SQLite and, from the source, types that are stripped. */
const OLDEST_NODE = [22, 18] as const;
export const UNFIT = 78;

/** A sentence where this Node is too old; npm only warns of it. */
export function unfit(): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [least, minorLeast] = OLDEST_NODE;
  if (major > least || (major === least && minor >= minorLeast)) return undefined;
  return `nova: it needs Node ${least}.${minorLeast} or newer, and this is ${process.versions.node}`;
}

import { SCRIPTS } from 'nova-agents/tools';

export type Script = (typeof SCRIPTS)[number];

const NAMED = /\b(?:npm|pnpm|yarn)\s+(?:run\s+)?([a-z][\w:.-]*)|\bscript\s+[`"']?([a-z][\w:.-]*)/i;
const WORDS: readonly (readonly [RegExp, Script])[] = [
  [/\btype[- ]?check(?:s|er|ing)?\b|\btsc\b/i, 'typecheck'],
  [/\blint(?:er|ing|s)?\b/i, 'lint'],
  [/\bformat(?:s|ter|ting)?\b/i, 'format'],
  [/\bbuilds?\b|\bcompiles?\b|\bbuilding\b/i, 'build'],
  [/\btests?\b|\btest suite\b/i, 'test'],
  [/\bchecks?\b/i, 'check'],
];

/** The script that a person means; another word where one is named that is not on the list, undefined where none is. */
export function scriptIn(
  request: string,
): { readonly script: Script } | { readonly other: string } | undefined {
  const [, command, named] = NAMED.exec(request) ?? [];
  const said = (command ?? named)?.replace(/[.:]+$/, '');
  const listed = SCRIPTS.find((script) => script === said?.toLowerCase());
  if (listed !== undefined) return { script: listed };
  if (said !== undefined) return { other: said };
  const script = WORDS.find(([word]) => word.test(request))?.[1];
  return script === undefined ? undefined : { script };
}

/** How runners of tests mark one that failed: TAP, node, vitest and jest, mocha, pytest, go, cargo. */
const FAILED: readonly RegExp[] = [
  /^\s*not ok \d+\s*-?\s*(.+?)(?:\s+#.*)?$/,
  /^\s*(?:FAIL)\s{1,4}(\S.*)$/,
  /^\s*[✖✗×✕]\s+(.+?)(?:\s+\(?\d+(?:\.\d+)?\s?m?s\)?)?$/u,
  /^\s*●\s+(.+)$/u,
  /^FAILED\s+(\S+)/,
  /^\s*--- FAIL: (\S+)/,
  /^test (\S+) \.\.\. FAILED$/,
];
const MAX_FAILED = 50;
const MAX_NAME_CHARS = 200;

/** The tests that failed, by what was printed; each once. */
export function failedTests(printed: string): string[] {
  const names = printed.split('\n').flatMap((line) => {
    const short = line.trimEnd().slice(0, 2 * MAX_NAME_CHARS);
    const found = FAILED.map((mark) => mark.exec(short)?.[1]).find((name) => name !== undefined);
    return found === undefined || /^failing tests:?$/i.test(found)
      ? []
      : [found.slice(0, MAX_NAME_CHARS)];
  });
  return [...new Set(names)].slice(0, MAX_FAILED);
}

const LAST_LINES = 15;
const MAX_LINE_CHARS = 300;

/** The last lines that say something. */
export const lastLines = (printed: string): string[] =>
  printed
    .split('\n')
    .map((line) => line.trimEnd().slice(0, MAX_LINE_CHARS))
    .filter((line) => line !== '')
    .slice(-LAST_LINES);

/** Pairs of lines that are compared; above it the changed lines are shown as taken out and put in as a whole. */
const MAX_PAIRS = 4_000_000;
/** Equal lines that are shown around a change. */
const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}
const signed = (sign: Line['sign'], texts: readonly string[]): Line[] =>
  texts.map((text) => ({ sign, text }));

/** What leads from one list of lines to the other: by a longest common subsequence, after R. Wagner and M. Fischer (1974). */
function changed(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > MAX_PAIRS)
    return [...signed('-', before), ...signed('+', after)];
  const common = new Uint32Array((before.length + 1) * width);
  const at = (x: number, y: number): number => common[x * width + y] ?? 0;
  for (let x = before.length - 1; x >= 0; x -= 1)
    for (let y = after.length - 1; y >= 0; y -= 1)
      common[x * width + y] =
        before[x] === after[y] ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
  const lines: Line[] = [];
  let [x, y] = [0, 0];
  while (x < before.length && y < after.length) {
    if (before[x] === after[y]) {
      lines.push(...signed(' ', before.slice(x, x + 1)));
      [x, y] = [x + 1, y + 1];
    } else if (at(x + 1, y) >= at(x, y + 1)) lines.push(...signed('-', before.slice(x, (x += 1))));
    else lines.push(...signed('+', after.slice(y, (y += 1))));
  }
  return [...lines, ...signed('-', before.slice(x)), ...signed('+', after.slice(y))];
}

/** The changed lines in the middle of what both have before and behind them. */
function linesOf(before: readonly string[], after: readonly string[]): Line[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...signed(' ', before.slice(0, head)),
    ...changed(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...signed(' ', before.slice(before.length - tail)),
  ];
}

/** A range as diffs have it: where it begins, counted from 1, and how many lines it has. */
const range = (start: number, count: number): string =>
  `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;

/** What leads from one text to another, as a unified diff with three lines around each change; empty where they are equal. */
export function unifiedDiff(before: string, after: string): string {
  const split = (text: string): string[] =>
    text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const lines = linesOf(split(before), split(after));
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const hunks: string[] = [];
  let [old, now] = [0, 0];
  for (let at = 0; at < lines.length;) {
    const end = isNear.indexOf(!isNear[at], at);
    const hunk = lines.slice(at, end < 0 ? lines.length : end);
    const removed = hunk.filter(({ sign }) => sign !== '+').length;
    const added = hunk.filter(({ sign }) => sign !== '-').length;
    if (isNear[at])
      hunks.push(
        [
          `@@ -${range(old, removed)} +${range(now, added)} @@`,
          ...hunk.map(({ sign, text }) => `${sign}${text}`),
        ].join('\n'),
      );
    [old, now, at] = [old + removed, now + added, at + hunk.length];
  }
  return hunks.join('\n');
}

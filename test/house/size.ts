import { each, parse, walk, type Rule, type Source } from './source.ts';

type Span = { start: number; end: number };

const maxFileLines = 300;
const maxFunctionLines = 70;

const linesIn = (text: string): number => text.replace(/\n$/, '').split('\n').length;
const textOf = ({ text }: Source, { start, end }: Span): string => text.slice(start, end);
const inside = (inner: Span, outer: Span): boolean =>
  inner.start >= outer.start && inner.end <= outer.end && inner !== outer;

/** A file that fits in a head. */
export const filesAreShort: Rule = {
  says: `no file has more than ${maxFileLines} lines`,
  faults: each(({ text }) =>
    linesIn(text) > maxFileLines ? [`has ${linesIn(text)} lines, at most ${maxFileLines}`] : [],
  ),
  breaks: [[{ path: 'src/a/a.ts', text: '\n'.repeat(maxFileLines + 1) }]],
  keeps: [[{ path: 'src/a/a.ts', text: '\n'.repeat(maxFileLines) }]],
};

/** The spans of functions that count, and of what in them does not: machine definitions are data. */
function measured(source: Source): { functions: Span[]; machines: Span[] } {
  const functions: Span[] = [];
  const machines: Span[] = [];
  const chapters = new Set<Span>();
  const note = (node: Span): void => {
    functions.push(node);
  };
  walk(source, {
    CallExpression(call) {
      const { callee } = call;
      const name =
        callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
          ? callee.property.name
          : callee.type === 'Identifier' && callee.name;
      if (name === 'createMachine') machines.push(call);
      // The body of `describe` is a table of contents, not a function that runs something.
      if (name === 'describe') for (const argument of call.arguments) chapters.add(argument);
    },
    FunctionDeclaration: note,
    FunctionExpression: note,
    ArrowFunctionExpression: note,
  });
  return { functions: functions.filter((span) => !chapters.has(span)), machines };
}

/** A function that fits on a screen. */
export const functionsAreShort: Rule = {
  says: `no function has more than ${maxFunctionLines} lines`,
  faults: each((source) => {
    const { functions, machines } = measured(source);
    const outermost = machines.filter((span) => !machines.some((other) => inside(span, other)));
    return functions.flatMap((span) => {
      const data = outermost.filter((machine) => inside(machine, span));
      const lines = data.reduce(
        (rest, machine) => rest - linesIn(textOf(source, machine)) + 1,
        linesIn(textOf(source, span)),
      );
      const at = linesIn(source.text.slice(0, span.start));
      return lines > maxFunctionLines ? [`the function at line ${at} has ${lines} lines`] : [];
    });
  }),
  breaks: [
    `function a() {${'\n'.repeat(maxFunctionLines)}}`,
    `const a = () => {${'\n'.repeat(maxFunctionLines)}};`,
    `class A { a() {${'\n'.repeat(maxFunctionLines)}} }`,
    `createMachine({ a: () => {${'\n'.repeat(maxFunctionLines)}} });`,
  ].map((text) => [{ path: 'src/a/a.ts', text }]),
  keeps: [
    `function a() {${'\n'.repeat(maxFunctionLines - 1)}}`,
    `const a = () => setup({}).createMachine({${'\n'.repeat(maxFunctionLines)}});`,
    `describe('a', () => {${'\n'.repeat(maxFunctionLines)}});`,
  ].map((text) => [{ path: 'src/a/a.ts', text }]),
};

/** A test says what it is after, and how, before it begins. */
export const testsSayWhy: Rule = {
  says: 'every test file begins with a comment of at least two lines: goal and method',
  faults: each((source) => {
    if (!/^test\/.*\.test\.ts$/.test(source.path)) return [];
    const { comments, program } = parse(source);
    const first = program.body[0]?.start ?? source.text.length;
    const opening = comments
      .filter(({ end }) => end <= first)
      .flatMap(({ value }) => value.split('\n'))
      .filter((line) => /\w/.test(line));
    return opening.length >= 2 ? [] : ['does not begin with its goal and its method'];
  }),
  breaks: [
    [{ path: 'test/a.test.ts', text: `import 'vitest';\n// Goal: a.\n// Method: b.` }],
    [{ path: 'test/a.test.ts', text: `// Tests for a.\nimport 'vitest';` }],
  ],
  keeps: [
    [{ path: 'test/a.test.ts', text: `// Goal: a.\n// Method: b.\nimport 'vitest';` }],
    [{ path: 'test/a.test.ts', text: `/**\n * Goal: a.\n * Method: b.\n */\nimport 'vitest';` }],
    [{ path: 'test/world.ts', text: `import 'vitest';` }],
  ],
};

import { each, mentions, walk, type Rule, type Source } from './source.ts';

type ClassFound = { name: string; parent: string | undefined; code: string | undefined };

/** Where the real world is reached: everywhere else a seed decides. */
const ambientPlaces =
  /^(src\/host\/clock\.ts$|src\/(host|model|store)\/system-[^/]*\.ts$|src\/(server|cli)\/|test\/|tools\/|[^/]*$)/;
const ambientCalls = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch']);
const ambientMembers = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  ...[...ambientCalls].map((name) => `globalThis.${name}`),
]);

/** Time and chance come in with the event, or through a port. */
export const timeAndChanceComeIn: Rule = {
  says: 'ambient time, chance and network are reached only in their places',
  faults: each((source) => {
    if (ambientPlaces.test(source.path)) return [];
    const faults = mentions(source)
      .filter(({ specifier }) => /^(node:)?timers(\/|$)/.test(specifier))
      .map(({ specifier }) => `waits by ${specifier}`);
    walk(source, {
      CallExpression({ callee }) {
        if (callee.type !== 'Identifier') return;
        if (ambientCalls.has(callee.name) || callee.name === 'Date')
          faults.push(`calls ${callee.name}`);
      },
      NewExpression({ callee, arguments: given }) {
        if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) {
          faults.push('asks for the present time by new Date()');
        }
      },
      MemberExpression({ object, property }) {
        if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
        const member = `${object.name}.${property.name}`;
        if (ambientMembers.has(member)) faults.push(`reaches ${member}`);
      },
    });
    return faults;
  }),
  breaks: [
    'const at = Date.now();',
    'const now = Date.now;',
    'const at = new Date();',
    'const at = Date();',
    'const a = Math.random();',
    'setTimeout(() => {}, 1);',
    'globalThis.setTimeout(() => {}, 1);',
    `await fetch('http://a.test');`,
    `import { setTimeout as wait } from 'node:timers/promises';`,
  ]
    .map((text) => [{ path: 'src/kernel/step.ts', text }])
    .concat([[{ path: 'machines/task.ts', text: 'const at = Date.now();' }]]),
  keeps: [
    [{ path: 'src/host/clock.ts', text: 'const at = Date.now();' }],
    [{ path: 'src/host/system-timers.ts', text: 'setTimeout(() => {}, 1);' }],
    [{ path: 'src/cli/main.ts', text: 'setTimeout(() => {}, 1);' }],
    [
      {
        path: 'src/kernel/step.ts',
        text: '// Date.now()\nnew Date(event.at); clock.setTimeout(a, 1);',
      },
    ],
  ],
};

function classesOf(source: Source): ClassFound[] {
  const found: ClassFound[] = [];
  const note: Parameters<typeof walk>[1]['ClassDeclaration'] = ({ id, superClass, body }) => {
    const codes = body.body.flatMap((member) =>
      member.type === 'PropertyDefinition' &&
      member.key.type === 'Identifier' &&
      member.key.name === 'code' &&
      member.value?.type === 'Literal' &&
      typeof member.value.value === 'string'
        ? member.value.value
        : [],
    );
    const parent = superClass?.type === 'Identifier' ? superClass.name : undefined;
    found.push({ name: id?.name ?? 'a class', parent, code: codes[0] });
  };
  walk(source, { ClassDeclaration: note, ClassExpression: note });
  return found;
}

/** An error says by a stable code which promise was broken. */
export const errorsHaveCodes: Rule = {
  says: 'errors stand in src/errors, one class a file, each with a literal code of its own',
  faults: (sources) => {
    const codes = new Map<string, string>();
    return each((source) => {
      const classes = classesOf(source);
      if (!source.path.startsWith('src/errors/')) {
        // The kernel mentions no other room, so what it throws stands within it.
        const free = !source.path.startsWith('src/') || source.path.startsWith('src/kernel/');
        return classes
          .filter(({ parent }) => !free && parent?.endsWith('Error'))
          .map(({ name }) => `${name} belongs in src/errors`);
      }
      return [
        ...(classes.length === 1 ? [] : [`holds ${classes.length} classes`]),
        ...classes.flatMap(({ name, code }) => {
          if (code === undefined) return [`${name} has no literal code`];
          const other = codes.get(code);
          codes.set(code, name);
          return other === undefined ? [] : [`${name} has the code of ${other}`];
        }),
      ];
    })(sources);
  },
  breaks: [
    [{ path: 'src/errors/a.ts', text: 'export class A extends Error {}' }],
    [{ path: 'src/errors/a.ts', text: 'export class A extends Error { readonly code = given; }' }],
    [
      {
        path: 'src/errors/a.ts',
        text: `export class A extends Error { code = 'a'; }\nexport class B extends Error { code = 'b'; }`,
      },
    ],
    [
      { path: 'src/errors/a.ts', text: `export class A extends Error { readonly code = 'a'; }` },
      { path: 'src/errors/b.ts', text: `export class B extends Error { readonly code = 'a'; }` },
    ],
    [{ path: 'src/host/a.ts', text: `class A extends TypeError { readonly code = 'a'; }` }],
  ],
  keeps: [
    [
      { path: 'src/errors/a.ts', text: `export class A extends Error { readonly code = 'a'; }` },
      { path: 'src/errors/b.ts', text: `export class B extends Error { readonly code = 'b'; }` },
      { path: 'src/host/a.ts', text: 'class A {}' },
    ],
  ],
};

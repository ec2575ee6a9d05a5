import { posix } from 'node:path';
import { roleContracts } from '../../machines/protocol/roles.ts';
import { each, parse, under, walk, type Rule, type Source } from './source.ts';

const stemOf = (path: string): string => posix.basename(path).replace(/\..*$/, '');
const idOf = ({ path }: Source): string | undefined =>
  /^agents\/[^/]+\/([^/]+)\.ts$/.exec(path) && !/^(contracts|index|grants)$/.test(stemOf(path))
    ? stemOf(path)
    : undefined;
const camelCase = (id: string): string =>
  id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const exportsOf = (source: Source) =>
  parse(source).module.staticExports.flatMap(({ entries }) => entries);

/** Names that say nothing gather what belongs nowhere. */
export const namesSaySomething: Rule = {
  says: 'no file or folder is called utils, helpers, common or types',
  faults: each(({ path }) =>
    path
      .split('/')
      .map(stemOf)
      .filter((name) => /^(utils?|helpers?|common|types)$/i.test(name))
      .map((name) => `${name} says nothing about what is in it`),
  ),
  breaks: [
    [{ path: 'src/kernel/utils.ts', text: '' }],
    [{ path: 'test/helpers/world.ts', text: '' }],
    [{ path: 'machines/types.d.ts', text: '' }],
  ],
  keeps: [[{ path: 'src/kernel/common-ground.ts', text: '' }]],
};

/** What is imported has the name it was given; tools that read a configuration want a default. */
export const exportsAreNamed: Rule = {
  says: 'only configuration files have a default export',
  faults: each((source) =>
    !source.path.endsWith('.config.ts') &&
    exportsOf(source).some(({ exportName: { kind, name } }) => /^default$/i.test(name ?? kind))
      ? ['has a default export']
      : [],
  ),
  breaks: [
    [{ path: 'src/a/a.ts', text: 'export default 1;' }],
    [{ path: 'src/a/a.ts', text: `export { a as default } from './b.ts';` }],
  ],
  keeps: [[{ path: 'nova.config.ts', text: 'export default {};' }]],
};

/** The compiler is not told to look away. */
export const compilerSeesAll: Rule = {
  says: 'there is no any, no @ts-ignore and no @ts-nocheck',
  faults: each((source) => {
    const faults = parse(source)
      .comments.filter(({ value }) => /@ts-(ignore|nocheck)/.test(value))
      .map(({ value }) => `tells the compiler to look away:${value}`);
    walk(source, {
      TSAnyKeyword({ start }) {
        faults.push(`says any at line ${source.text.slice(0, start).split('\n').length}`);
      },
    });
    return faults;
  }),
  breaks: [
    [{ path: 'src/a/a.ts', text: 'const a = (b: any[]) => b;' }],
    [{ path: 'src/a/a.ts', text: '// @ts-ignore\nconst a = 1;' }],
  ],
  keeps: [
    [
      {
        path: 'src/a/a.ts',
        text: '// in any case\n// @ts-expect-error: a number\nconst any = "any";',
      },
    ],
  ],
};

/** Shared code never asks which agent it has before it. */
export const agentsAreNotNamed: Rule = {
  says: 'no agent is named in src',
  faults: (sources) => {
    const ids = new Set(under('agents', sources).flatMap((source) => idOf(source) ?? []));
    // A role is a word of the protocol, whoever plays it.
    for (const role of Object.keys(roleContracts)) ids.delete(role);
    return each((source) => {
      const named: string[] = [];
      const note = (text: unknown): void => {
        if (typeof text === 'string' && ids.has(text)) named.push(`names the agent ${text}`);
      };
      walk(source, {
        Literal: ({ value }) => note(value),
        TemplateElement: ({ value }) => note(value.cooked),
      });
      return named;
    })(under('src', sources));
  },
  breaks: [
    [
      { path: 'agents/money/ledger-keeper.ts', text: '' },
      { path: 'src/routing/route.ts', text: `if (id === 'ledger-keeper') skip();` },
    ],
    [
      { path: 'agents/money/ledger-keeper.ts', text: '' },
      { path: 'src/routing/route.ts', text: 'const id = `ledger-keeper`;' },
    ],
  ],
  keeps: [
    [
      { path: 'agents/money/contracts.ts', text: '' },
      { path: 'agents/money/ledger-keeper.ts', text: `export const id = 'ledger-keeper';` },
      { path: 'src/routing/route.ts', text: `// as a ledger-keeper does\nconst a = 'contracts';` },
    ],
    [
      { path: 'agents/coordination/verifier.ts', text: '' },
      { path: 'src/host/shadow.ts', text: `const role = 'verifier';` },
    ],
  ],
};

/** One definition a file, found by its id. */
export const agentsAreTheirFiles: Rule = {
  says: 'export and id of an agent are named as its file',
  faults: each((source) => {
    const id = idOf(source);
    if (id === undefined) return [];
    const values = exportsOf(source).filter(({ isType }) => !isType);
    const named = values.length === 1 && values[0]?.exportName.name === camelCase(id);
    return [
      ...(named ? [] : [`exports something else than ${camelCase(id)}`]),
      ...(source.text.includes(`id: '${id}'`) ? [] : [`has another id than ${id}`]),
    ];
  }),
  breaks: [
    [
      {
        path: 'agents/money/ledger-keeper.ts',
        text: `export const ledger = { id: 'ledger-keeper' };`,
      },
    ],
    [
      {
        path: 'agents/money/ledger-keeper.ts',
        text: `export const ledgerKeeper = { id: 'ledger' };`,
      },
    ],
    [
      {
        path: 'agents/money/ledger-keeper.ts',
        text: `export const rate = 2;\nexport const ledgerKeeper = { id: 'ledger-keeper' };`,
      },
    ],
  ],
  keeps: [
    [
      {
        path: 'agents/money/ledger-keeper.ts',
        text: `export type Rate = number;\nexport const ledgerKeeper = { id: 'ledger-keeper' };`,
      },
      { path: 'agents/money/contracts.ts', text: 'export const a = 1;\nexport const b = 2;' },
      { path: 'agents/money/kit/rules.ts', text: 'export const a = 1;' },
    ],
  ],
};

import { isBuiltin } from 'node:module';
import {
  each,
  mentions,
  packageOf,
  parse,
  target,
  under,
  type Mention,
  type Rule,
  type Source,
} from './source.ts';

const self = 'nova-agents';
const floorOf = (path: string): string => path.split('/')[0] ?? '';
const folderOf = (path: string, depth: number): string => path.split('/').slice(0, depth).join('/');
const isKit = (path: string): boolean => /^agents\/[^/]+\/kit\//.test(path);
const isDoor = (path: string): boolean => /^src\/[^/]+\.ts$/.test(path);

/** What each floor may mention: floors by relative path, and anything else by its specifier. */
const floors: Record<string, { floors: string[]; others: (by: Source, of: Mention) => boolean }> = {
  machines: {
    floors: ['machines'],
    others: (_, { specifier }) => specifier === 'xstate' || specifier === 'zod',
  },
  src: {
    floors: ['machines', 'src'],
    others: ({ path }, of) =>
      packageOf(of) !== self ||
      (path === 'src/cli/main.ts' && of.dynamic && of.specifier === `${self}/agents`),
  },
  agents: {
    floors: ['agents'],
    others: ({ path }, of) =>
      packageOf(of) === self
        ? of.specifier !== `${self}/agents`
        : of.specifier === 'zod' || (isKit(path) && !isBuiltin(of.specifier)),
  },
  docs: {
    floors: ['docs'],
    others: (_, of) => packageOf(of) === self || of.specifier === 'zod',
  },
  visualizations: {
    floors: ['machines', 'agents', 'docs', 'visualizations'],
    others: () => true,
  },
};

/** Imports only look down: machines ← src ← agents ← visualizations. */
export const floorsLookDown: Rule = {
  says: 'imports only look down, and each floor mentions only what it may',
  faults: each((source) => {
    const floor = floors[floorOf(source.path)];
    if (!floor) return [];
    return mentions(source)
      .filter((of) => {
        const path = target(source, of);
        if (path === undefined) return !floor.others(source, of);
        if (isKit(path) && folderOf(path, 2) !== folderOf(source.path, 2)) return true;
        return !floor.floors.includes(floorOf(path));
      })
      .map(({ specifier }) => `may not mention ${specifier}`);
  }),
  breaks: [
    [{ path: 'machines/task.ts', text: `import { readFile } from 'node:fs/promises';` }],
    [{ path: 'machines/task.ts', text: `import type { Step } from '../src/kernel/step.ts';` }],
    [{ path: 'machines/protocol/a.ts', text: `export * from '../../src/kernel/step.ts';` }],
    [{ path: 'src/team/a.ts', text: `type A = import('../../agents/money/a.ts').A;` }],
    [{ path: 'src/team/a.ts', text: `const a = await import('nova-agents/agents');` }],
    [{ path: 'src/cli/main.ts', text: `import { team } from 'nova-agents/agents';` }],
    [{ path: 'agents/money/a.ts', text: `import { step } from '../../src/kernel.ts';` }],
    [{ path: 'agents/money/a.ts', text: `import { parse } from 'csv-parse';` }],
    [{ path: 'agents/money/a.ts', text: `import { rule } from '../texts/kit/rules.ts';` }],
    [{ path: 'agents/money/kit/a.ts', text: `import { readFileSync } from 'fs';` }],
    [{ path: 'visualizations/a.ts', text: `export { step } from '../src/kernel/step.ts';` }],
    [{ path: 'docs/a.ts', text: `import { step } from '../src/kernel/step.ts';` }],
    [{ path: 'docs/a.ts', text: `import { readFileSync } from 'node:fs';` }],
  ],
  keeps: [
    [{ path: 'machines/task.ts', text: `import { z } from 'zod'; import './protocol/scope.ts';` }],
    [{ path: 'src/cli/main.ts', text: `const { team } = await import('nova-agents/agents');` }],
    [{ path: 'agents/money/kit/a.ts', text: `import { parse } from 'csv-parse';` }],
    [
      {
        path: 'agents/money/a.ts',
        text: `import { defineTool } from 'nova-agents/tools'; import { rule } from './kit/rules.ts';`,
      },
    ],
    [{ path: 'visualizations/a.ts', text: `import { task } from '../machines/task.ts';` }],
    [{ path: 'docs/a.ts', text: `import { defineTeam } from 'nova-agents'; import 'zod';` }],
    [{ path: 'test/a.test.ts', text: `import { step } from '../src/kernel/step.ts';` }],
  ],
};

/** The kernel stands alone, and rooms are entered by their files, never back through a door. */
export const roomsStandApart: Rule = {
  says: 'the kernel mentions no other room, and no room goes through a door',
  faults: each((source) =>
    floorOf(source.path) !== 'src' || isDoor(source.path)
      ? []
      : mentions(source).flatMap((of) => {
          const path = target(source, of);
          if (path === undefined || floorOf(path) !== 'src') return [];
          if (isDoor(path)) return [`goes through the door ${path}`];
          const leaves =
            folderOf(source.path, 2) === 'src/kernel' && folderOf(path, 2) !== 'src/kernel';
          return leaves ? [`mentions another room: ${path}`] : [];
        }),
  ),
  breaks: [
    [{ path: 'src/kernel/step.ts', text: `import type { Clock } from '../host/clock.ts';` }],
    [{ path: 'src/host/host.ts', text: `import { step } from '../kernel.ts';` }],
  ],
  keeps: [
    [
      {
        path: 'src/kernel/step.ts',
        text: `import { route } from './route.ts'; import '../../machines/task.ts';`,
      },
      { path: 'src/kernel.ts', text: `export { step } from './kernel/step.ts';` },
      { path: 'src/host/host.ts', text: `import { step } from '../kernel/step.ts';` },
    ],
  ],
};

/** What a file counts as: one in a folder that is named as the package is that folder, and so is the file beside it. */
const placeFor = (path: string, name: string): string => {
  const at = path.replace(/\.ts$/, '/').indexOf(`/${name}/`);
  return at < 0 ? path : path.slice(0, at + name.length + 1);
};

/** A foreign package has one file that knows it, or one folder of its name: in the runtime, and in the kit of each domain. */
export const onePackageOneFile: Rule = {
  says: 'a foreign package is mentioned in one file of src, or one folder of its name, and in one of each kit',
  faults: (sources) => {
    const places = Map.groupBy(
      sources.flatMap((source) => {
        const inside = isKit(source.path) ? folderOf(source.path, 3) : floorOf(source.path);
        if (inside !== 'src' && !isKit(source.path)) return [];
        const packages = mentions(source).flatMap((of) => packageOf(of) ?? []);
        return [...new Set(packages)]
          .filter((name) => name !== 'zod' && name !== self)
          .map((name) => ({ key: `${name} in ${inside}`, path: placeFor(source.path, name) }));
      }),
      ({ key }) => key,
    );
    return [...places]
      .map(([key, files]) => [key, new Set(files.map(({ path }) => path))] as const)
      .filter(([, files]) => files.size > 1)
      .map(([key, files]) => `${key}: ${[...files].join(', ')}`);
  },
  breaks: [
    [
      { path: 'src/store/a.ts', text: `import { Low } from 'lowdb';` },
      { path: 'src/host/b.ts', text: `import type { Adapter } from 'lowdb/node';` },
    ],
    [
      { path: 'src/kernel/xstate.ts', text: `import 'xstate';` },
      { path: 'src/host/xstate/a.ts', text: `import 'xstate';` },
    ],
    [
      { path: 'agents/money/kit/a.ts', text: `import '@scope/csv';` },
      { path: 'agents/money/kit/b.ts', text: `import '@scope/csv/sync';` },
    ],
  ],
  keeps: [
    [
      {
        path: 'src/store/a.ts',
        text: `import { z } from 'zod'; import 'node:fs'; import 'lowdb';`,
      },
      { path: 'src/host/b.ts', text: `import { z } from 'zod'; import 'node:fs';` },
      { path: 'agents/money/kit/a.ts', text: `import 'lowdb';` },
      { path: 'agents/texts/kit/a.ts', text: `import 'lowdb';` },
    ],
    [
      { path: 'src/kernel/xstate.ts', text: `import 'xstate';` },
      { path: 'src/kernel/xstate/a.ts', text: `import 'xstate';` },
    ],
  ],
};

/** No file leads back to itself, not even by a type. */
export const noCycle: Rule = {
  says: 'there is no import cycle',
  faults: (sources) => {
    const edges = new Map(
      sources.map((source) => [
        source.path,
        mentions(source).flatMap((of) => target(source, of) ?? []),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      const start = trail.indexOf(path);
      if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
      if (start >= 0 || done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    return cycles;
  },
  breaks: [
    [
      { path: 'src/a/a.ts', text: `import type { B } from '../b/b.ts';` },
      { path: 'src/b/b.ts', text: `export { c } from './c.ts';` },
      { path: 'src/b/c.ts', text: `const a = await import('../a/a.ts');` },
    ],
  ],
  keeps: [
    [
      { path: 'src/a/a.ts', text: `import '../b/b.ts'; import '../b/c.ts';` },
      { path: 'src/b/b.ts', text: `import './c.ts';` },
      { path: 'src/b/c.ts', text: `` },
    ],
  ],
};

/** A door passes on and does nothing else. */
export const doorsOnlyPassOn: Rule = {
  says: 'a door of src holds only re-exports',
  faults: (sources) =>
    under('src', sources)
      .filter(({ path }) => isDoor(path))
      .filter((source) =>
        parse(source).program.body.some(
          (statement) =>
            statement.type !== 'ExportAllDeclaration' &&
            (statement.type !== 'ExportNamedDeclaration' || statement.source === null),
        ),
      )
      .map(({ path }) => `${path}: does more than pass on`),
  breaks: [
    [{ path: 'src/index.ts', text: `export const version = 1;` }],
    [{ path: 'src/index.ts', text: `import { step } from './kernel/step.ts'; export { step };` }],
    [{ path: 'src/index.ts', text: `export * from './kernel/step.ts'; console.log('here');` }],
  ],
  keeps: [
    [
      {
        path: 'src/index.ts',
        text: `export * from './a/a.ts'; export type { B } from './b/b.ts';`,
      },
    ],
    [{ path: 'src/cli/main.ts', text: `console.log('here');` }],
  ],
};

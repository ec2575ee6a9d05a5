import { execFileSync } from 'node:child_process';

/** Runs inside the child: notes every module that is loaded on the way to one import. */
const reporter = `
  import { registerHooks } from 'node:module';
  const urls = [];
  registerHooks({
    load(url, context, next) {
      urls.push(url);
      return next(url, context);
    },
  });
  await import(process.argv[1]);
  console.log(JSON.stringify(urls));
`;

/** The URLs of all modules that importing one loads, in a Node of its own, from the sources. */
export function loadedBy(specifier: string, root: string): string[] {
  const said = execFileSync(
    process.execPath,
    ['--conditions=nova-source', '--input-type=module', '--eval', reporter, specifier],
    { cwd: root, encoding: 'utf8' },
  );
  const urls: unknown = JSON.parse(said);
  return Array.isArray(urls) ? urls.map(String) : [];
}

/** The packages among loaded modules. */
export const packagesIn = (urls: readonly string[]): string[] => [
  ...new Set(urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
];

// A project of somebody's own that uses the package by its name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** The sources stand in for the built package. */
const CONFIG = `
const conditions = ['nova-source', 'module', 'node', 'development|production'];
export default {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['nova-source', 'node'] } },
  test: { pool: 'forks', execArgv: ['--conditions=nova-source'] },
};`;

const COMPILER = {
  noEmit: true,
  strict: true,
  module: 'nodenext',
  target: 'es2024',
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  customConditions: ['nova-source'],
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'nova-project-'));

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    const modules = join(this.folder, 'node_modules');
    mkdirSync(modules);
    symlinkSync(ROOT, join(modules, 'nova-agents'));
    for (const name of ['zod', 'vitest', 'fast-check'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    this.write('package.json', '{ "type": "module" }');
    this.write('vitest.config.js', CONFIG);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  #run(script: string, args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '--conditions=nova-source' },
    });
    return { status, out: stdout, err: stderr };
  }
  node = (script: string) => this.#run(join(this.folder, script), []);
  nova = (...args: string[]) => this.#run(join(ROOT, 'src/cli/main.ts'), args);
  /** What the compiler says of some files. */
  tsc = (...files: string[]) => {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER, files }));
    return this.#run(join(ROOT, 'node_modules/typescript/bin/tsc'), []);
  };
  vitest = (...args: string[]) =>
    this.#run(join(ROOT, 'node_modules/vitest/vitest.mjs'), ['run', ...args]);
}

// Goal: the review of changes names every planted danger with place and reason, and never a secret itself.
// Method: changes planted in the folder and on branches; all that was returned is searched for the secrets.
import { expect, test } from 'vitest';
import { codeReviewer } from '../../../agents/engineering/code-reviewer.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, inConflict, PRIVATE_KEY, Repository, SECRETS } from '../../fixtures/repository.ts';

interface Judged {
  readonly summary: string;
  readonly findings: readonly {
    readonly risk: string;
    readonly branch: string | null;
    readonly path: string;
    readonly line: number;
    readonly why: string;
    readonly seal: string | null;
  }[];
}
const act = async (project: string) => {
  const said = await perform<{ summary: string; changes: Judged | null }>(
    codeReviewer,
    'Are my changes risky?',
    project,
  );
  const { summary, changes } = said.value;
  return { ...said, value: { ...changes, summary } as Judged };
};
const told = ({ findings }: Judged) =>
  findings.map(({ risk, branch, path, line }) => `${risk} ${branch} ${path}:${line}`);

function dangerous(): Repository {
  const project = new Repository()
    .write('src/long.ts', 'line\n'.repeat(400))
    .write('src/gone.ts', 'line\n'.repeat(60))
    .write('package-lock.json', '{}\n')
    .write('config.ts', 'export const a = 1;\n')
    .commit('Start');
  project.git('checkout', '--quiet', '-b', 'feature/db');
  project.write('db/migrations/1.sql', 'select 1;\nDROP TABLE users;\n');
  project.write('src/auth/login.ts', `\nconst password = '${SECRETS.password}';\n`);
  project.commit(`Add ${SECRETS.github}`, { day: 1 }).git('checkout', '--quiet', 'main');
  project.write('config.ts', `export const a = 1;\nexport const key = '${SECRETS.aws}';\n`);
  project.write('again.ts', `// one\n// two ${SECRETS.aws}\n`).write('deploy.pem', PRIVATE_KEY);
  project.write('src/long.ts', 'line\n'.repeat(10)).remove('src/gone.ts');
  project.write('.github/workflows/ci.yml', 'on: push\n').write('package-lock.json', '{"a":1}\n');
  return project.write('logo.png', Buffer.from([0x89, 0x50, 0, 1]));
}

test('names every danger with its place, and never a secret, twice the same', async () => {
  const project = dangerous();
  const said = await act(project.path);
  expect(told(said.value)).toEqual([
    'secret null again.ts:2',
    'secret null config.ts:2',
    'secret null deploy.pem:1',
    'secret null deploy.pem:1',
    'secret feature/db src/auth/login.ts:2',
    'database feature/db db/migrations/1.sql:1',
    'database feature/db db/migrations/1.sql:2',
    'access feature/db src/auth/login.ts:1',
    'pipeline null .github/workflows/ci.yml:1',
    'deletion null src/gone.ts:1',
    'deletion null src/long.ts:1',
    'lock-file null package-lock.json:1',
    'binary null logo.png:1',
  ]);
  const everything = JSON.stringify(said);
  for (const secret of Object.values(SECRETS)) expect(everything).not.toContain(secret);
  const seals = said.value.findings.filter(({ seal }) => seal !== null);
  expect(new Set(seals.map(({ seal }) => seal)).size).toBe(seals.length - 1);
  expect(seals[0]?.seal).toBe(seals[1]?.seal);
  expect(said.value.findings.every(({ why }) => why.length > 0)).toBe(true);
  expect(JSON.stringify(await act(project.path))).toBe(everything);
});

test('names a conflict that was left in a file', async () => {
  expect(told((await act(inConflict().path)).value)).toEqual([
    'conflict null shared.txt:1',
    expect.stringMatching(/^conflict null shared\.txt:\d$/),
  ]);
});

test('finds a secret deep in a large change, though the lines are cut', async () => {
  const project = new Repository().write('big.txt', 'x\n').commit('Start');
  project.write('big.txt', `${'x\n'.repeat(5000)}token = ${SECRETS.github}\n${'y\n'.repeat(5000)}`);
  const said = await act(project.path);
  expect(told(said.value)).toEqual(['secret null big.txt:5001']);
  expect(said.value).toMatchObject({ truncated: true });
  expect(said.value.summary).toContain('larger than was read');
  expect(JSON.stringify(said)).not.toContain(SECRETS.github);
});

test('an answer with a secret in a name is objected to, not given', async () => {
  const project = new Repository()
    .commit('Start')
    .write(`${SECRETS.github}.png`, Buffer.from([0, 1]));
  await expect(act(project.path)).rejects.toThrow('its own check objects');
});

test('says that nothing changed, and refuses what is no repository', async () => {
  expect((await act(new Repository().commit('Start').path)).outcome).toBe('unchanged');
  expect((await act(new Repository().path)).outcome).toBe('unchanged');
  expect((await act(new Folder().path)).outcome).toBe('refused');
});

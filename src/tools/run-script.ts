import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import { systemClock } from '../host/clock.ts';
import { keep, release, signal, startProgram } from '../host/program.ts';
import { defineTool } from '../team/define-tool.ts';
import { projectFolder, readStart, textOf } from './folder.ts';
import { redact } from './secrets.ts';

/** The scripts of a project that may be run at all. */
export const SCRIPTS = ['build', 'check', 'format', 'lint', 'test', 'typecheck'] as const;

const MAX_RUN_MS = 600_000;
/** From the first signal to the one that nobody hears. */
const GRACE_MS = 2_000;
const MAX_PRINTED_BYTES = 32_000_000;
const MAX_KEPT_CHARS = 64_000;
const MAX_MANIFEST_BYTES = 1_000_000;
const MAX_COMMAND_CHARS = 4_000;

const Ran = z.strictObject({
  ran: z.literal(true),
  /** By itself, or ended here because it took too long or printed too much. */
  ended: z.enum(['exited', 'time', 'output']),
  /** Null where a signal ended it. */
  exitCode: z.int().nullable(),
  durationMs: z.int().min(0),
  /** The end of what it printed, stdout and stderr as they came, secrets left out. */
  printed: z.string().max(MAX_KEPT_CHARS * 2),
  truncated: z.boolean(),
});
const NotRun = z.strictObject({
  ran: z.literal(false),
  why: z.enum(['no-manifest', 'changed', 'not-started']),
});

/** What npm would run for a script by a manifest's text: the one before it, itself, the one after it; empty where it has none. */
export function commandsOf(manifest: string, script: string): string[] {
  let scripts: unknown;
  try {
    scripts = (JSON.parse(manifest) as { readonly scripts?: unknown } | null)?.scripts;
  } catch {
    return [];
  }
  if (typeof scripts !== 'object' || scripts === null) return [];
  const named = (name: string) =>
    Object.entries(scripts).flatMap(([key, value]) =>
      key === name && typeof value === 'string' ? [value] : [],
    );
  const own = named(script);
  return own.length === 0 ? [] : [...named(`pre${script}`), ...own, ...named(`post${script}`)];
}

/** Runs npm in a folder, and ends it with all that it started. @throws the signal's reason where the call was aborted. */
async function runNpm(
  folder: string,
  script: string,
  aborted: AbortSignal,
): Promise<z.input<typeof Ran | typeof NotRun>> {
  aborted.throwIfAborted();
  const begun = systemClock.now();
  const env = {
    CI: '1',
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
  };
  const child = startProgram({
    command: 'npm',
    args: ['run', '--silent', script],
    cwd: folder,
    env,
  });
  keep(child);
  let [printed, bytes] = ['', 0];
  let ended: z.input<typeof Ran>['ended'] = 'exited';
  const cancels: (() => void)[] = [];
  const end = (why: typeof ended) => {
    if (ended !== 'exited') return;
    ended = why;
    signal(child, 'SIGTERM');
    cancels.push(systemClock.wakeAt(systemClock.now() + GRACE_MS, () => signal(child, 'SIGKILL')));
  };
  const kill = () => signal(child, 'SIGKILL');
  aborted.addEventListener('abort', kill, { once: true });
  cancels.push(systemClock.wakeAt(begun + MAX_RUN_MS, () => end('time')));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      bytes += Buffer.byteLength(chunk);
      printed = (printed + chunk).slice(-MAX_KEPT_CHARS);
      if (bytes > MAX_PRINTED_BYTES) end('output');
    });
  child.stdin?.on('error', () => {}).end();
  const code = await new Promise<number | null | undefined>((settle) => {
    child.on('error', () => settle(undefined));
    child.on('exit', (status) => {
      kill();
      // Who left its group may hold its pipes for ever.
      cancels.push(systemClock.wakeAt(systemClock.now() + GRACE_MS, () => settle(status)));
    });
    child.on('close', settle);
  });
  aborted.removeEventListener('abort', kill);
  for (const cancel of cancels) cancel();
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  release(child);
  aborted.throwIfAborted();
  if (code === undefined) return { ran: false, why: 'not-started' };
  const truncated = bytes > Buffer.byteLength(printed);
  // A first line that is cut may be the rest of a secret.
  const whole = truncated ? printed.slice(printed.indexOf('\n') + 1) : printed;
  const text = redact(stripVTControlCharacters(whole)).slice(-MAX_KEPT_CHARS);
  return {
    ran: true,
    ended,
    exitCode: code,
    durationMs: Math.max(0, systemClock.now() - begun),
    printed: text,
    truncated,
  };
}

/**
 * Runs one of a fixed list of scripts of the project's package.json by npm, without a shell of ours and without this process's
 * variables. What a person approved are the very commands: if the manifest has others by then, nothing runs. At most 10 minutes and 32 MB
 * of output; it is ended with all that it started.
 */
export const runScript = defineTool({
  name: 'run-script',
  does: 'Runs a script of package.json: build, check, format, lint, test or typecheck.',
  input: z.strictObject({
    script: z.enum(SCRIPTS),
    /** As package.json has them, in the order in which they run. */
    commands: z.array(z.string().max(MAX_COMMAND_CHARS)).min(1).max(3),
  }),
  output: z.discriminatedUnion('ran', [NotRun, Ran]),
  effect: 'writes',
  timeoutMs: MAX_RUN_MS + 10 * GRACE_MS,
  run: async ({ script, commands }, { project, signal: aborted }) => {
    const folder = await projectFolder(project);
    if (typeof folder !== 'string') return { ran: false as const, why: 'no-manifest' as const };
    const manifest = await readStart(folder, 'package.json', MAX_MANIFEST_BYTES);
    if (typeof manifest === 'string') return { ran: false as const, why: 'no-manifest' as const };
    const now = commandsOf(textOf(manifest), script);
    if (JSON.stringify(now) !== JSON.stringify(commands))
      return { ran: false as const, why: 'changed' as const };
    return runNpm(folder, script, aborted);
  },
});

// The launcher: makes a bare clone able to run any command of this package.
//   node tools/run.mjs <command> [arguments...]
// It installs what the lock file asks for if that is not installed, picks a Node that is good enough,
// and becomes the command. Plain JavaScript without a dependency, because it runs before anything is
// installed and on older Nodes than the package itself.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, bin?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending
 */

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const installLock = join(root, '.nova-install.lock');
const pollMs = 200;
const abandonedAfterMs = 5_000;
const installWaitMs = 15 * 60_000;
/** From sysexits.h: try again later; not configured. */
const exits = { busy: 75, unfit: 78 };

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** @param {number} code @param {string} line @returns {never} */
function giveUp(code, line) {
  process.stderr.write(`nova: ${line}\n`);
  process.exit(code);
}

// ---------------------------------------------------------------------------------- running

/**
 * Runs a program to its end. A terminal sends its interrupts to every process in front of it, so they
 * are passed on only where there is none; a request to end always comes to one process, and is passed on.
 * @param {string} program @param {string[]} args @param {import('node:child_process').SpawnOptions} options
 * @param {(pid: number) => void} [started]
 * @returns {Promise<Ending>}
 */
const run = (program, args, options, started = () => {}) =>
  new Promise((settle, fail) => {
    const child = spawn(program, args, options);
    const inTerminal = [process.stdin, process.stdout, process.stderr].some(
      (stream) => stream.isTTY,
    );
    const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    const hold = () => {};
    const listeners = /** @type {const} */ ([
      ['SIGINT', inTerminal ? hold : passOn],
      ['SIGQUIT', inTerminal ? hold : passOn],
      ['SIGTERM', passOn],
      ['SIGHUP', passOn],
    ]);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    child.on('spawn', () => started(Number(child.pid)));
    child.on('error', fail);
    child.on('exit', (code, signal) => {
      for (const [name, listener] of listeners) process.off(name, listener);
      settle({ code, signal });
    });
  });

/** @param {Ending} ending */
const endLike = ({ code, signal }) => {
  if (signal === null) process.exit(code ?? 1);
  process.kill(process.pid, signal);
  // A signal that the system does not deliver (all of them on Windows) still has to read as one.
  setTimeout(() => process.exit(128 + constants.signals[signal]), pollMs);
};

// ------------------------------------------------------------------------------- installing

/** Whether `node_modules` holds what the lock asks for; an optional package may be absent, as on another platform. */
const installed = () => {
  /** @type {Lock} */
  let found;
  try {
    // npm writes this file last, so it stands only after a complete installation.
    found = readJson('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  /** @type {Lock} */
  const wanted = readJson('package-lock.json');
  const same = (/** @type {Entry} */ a, /** @type {Entry | undefined} */ b) =>
    b !== undefined && a.version === b.version && a.integrity === b.integrity && a.link === b.link;
  return (
    Object.entries(wanted.packages).every(([path, entry]) => {
      const there = found.packages[path];
      return path === '' || (there === undefined ? entry.optional === true : same(entry, there));
    }) && Object.keys(found.packages).every((path) => path in wanted.packages)
  );
};

/** @param {number} pid */
const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/** Whether nobody holds the lock any more: not touched (another container has other ids), nor its holder or npm alive (it may sleep). */
const abandoned = () => {
  try {
    const untouchedMs = Date.now() - statSync(installLock).mtimeMs;
    const pids = readFileSync(installLock, 'utf8').split(' ').filter(Boolean).map(Number);
    return untouchedMs > abandonedAfterMs && !pids.some(alive);
  } catch {
    return false;
  }
};

const takeLock = () => {
  try {
    const file = openSync(installLock, 'wx');
    writeFileSync(file, `${process.pid} `);
    closeSync(file);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // Windows answers EPERM while another process is just removing the file.
    if (code === 'EEXIST' || code === 'EPERM') return false;
    return giveUp(
      exits.unfit,
      `cannot write ${installLock} (${code}), so nothing can be installed.`,
    );
  }
};

const install = async () => {
  process.stderr.write('nova: installing what package-lock.json asks for …\n');
  const touch = () => utimes(installLock, new Date(), new Date(), () => {});
  const beat = setInterval(touch, abandonedAfterMs / 5);
  const onWindows = process.platform === 'win32';
  // Packages for development are needed here whatever the environment says, or the next start would install again;
  // and the old Node that npm would warn of is not the one that they will run on.
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  const ending = await run(
    'npm',
    args,
    // What npm says goes to stderr: stdout belongs to the command.
    { cwd: root, stdio: ['ignore', 2, 2], shell: onWindows },
    (pid) => writeFileSync(installLock, `${process.pid} ${pid}`),
  ).catch((error) =>
    giveUp(exits.unfit, `cannot start npm (${error.message}); it comes with Node.`),
  );
  clearInterval(beat);
  return ending;
};

/** Installs unless it is done, one launcher at a time; those that come meanwhile wait for the first. */
const ensureInstalled = async () => {
  const giveUpAt = Date.now() + installWaitMs;
  while (!installed()) {
    if (takeLock()) {
      /** @type {Ending} */
      let ending = { code: 0, signal: null };
      try {
        // Another launcher may have finished between the look and the lock.
        if (!installed()) ending = await install();
      } finally {
        rmSync(installLock, { force: true });
      }
      if (ending.code !== 0) return ending;
      if (!installed())
        giveUp(exits.unfit, 'npm ci ended well, but node_modules differs from package-lock.json.');
    } else if (Date.now() > giveUpAt) {
      giveUp(
        exits.busy,
        `another launcher has been installing for too long; if none is, remove ${installLock}.`,
      );
    } else {
      if (abandoned()) rmSync(installLock, { force: true });
      await sleep(pollMs);
    }
  }
  return undefined;
};

// ------------------------------------------------------------------------- choosing the Node

/** @type {string} */
const engines = readJson('package.json').engines.node;

/** Whether a version is in `engines`, which is written in carets and one open end. @param {string} version */
const fits = (version) => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return engines.split('||').some((range) => {
    const [, sign, wantedMajor, wantedMinor] = /(\^|>=)(\d+)\.(\d+)/.exec(range) ?? [];
    if (major === Number(wantedMajor)) return minor >= Number(wantedMinor);
    return sign === '>=' && major > Number(wantedMajor);
  });
};

/** The Node of this platform's package, if there is one. */
const bundledNode = () => {
  const runtime = createRequire(join(root, 'tools/node-runtime/package.json'));
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = runtime.resolve(`node-${platform}-${process.arch}/package.json`);
    return join(dirname(manifest), runtime(manifest).bin.node);
  } catch {
    return undefined;
  }
};

/** The forced Node, else the one npm or this launcher runs on, else the bundled one. */
const chooseNode = async () => {
  const forced = process.env['NOVA_NODE'];
  if (forced) {
    const { stdout } = spawnSync(forced, ['--version'], { encoding: 'utf8' });
    if (!fits(stdout ?? '') || !/^node(\.exe)?$/.test(basename(forced)))
      giveUp(
        exits.unfit,
        `NOVA_NODE must be the path of a program called node, ${engines}, not ${forced}.`,
      );
    return resolve(forced);
  }
  // After the first installation npm finds the bundled Node first; the one it was itself started with is meant.
  const npmNode = process.env['npm_node_execpath'];
  const npmVersion = / node\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1];
  if (npmNode && npmVersion && fits(npmVersion)) return npmNode;
  if (fits(process.version)) return process.execPath;
  const [least] = /\d+\.\d+/.exec(engines) ?? [];
  return (
    bundledNode() ??
    giveUp(
      exits.unfit,
      `needs Node ${engines}; this is ${process.version}, and no Node for ${process.platform} ${process.arch} ` +
        `comes with the package. Install Node ${least} or newer yourself, then try again.`,
    )
  );
};

// ------------------------------------------------------------------------------------- main

/** Where the program of an installed package lies: told by the lock, so that no shell is needed on any platform. @param {string} command */
const scriptOf = (command) => {
  /** @type {Lock} */
  const lock = readJson('package-lock.json');
  for (const [path, { bin }] of Object.entries(lock.packages)) {
    const topLevel = path.lastIndexOf('node_modules/') === 0;
    if (topLevel && bin?.[command]) return join(root, path, bin[command]);
  }
  return undefined;
};

/** @param {string[]} line */
const main = async ([command, ...args]) => {
  if (command === undefined) giveUp(64, 'usage: node tools/run.mjs <command> [arguments...]');
  const failed = await ensureInstalled();
  if (failed) return endLike(failed);

  const node = await chooseNode();
  const script = command === 'node' ? undefined : scriptOf(command);
  const program = command === 'node' || script ? node : command;
  const programArgs = script ? [script, ...args] : args;
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env['PATH']];
  // Every process and every thread loads the same modules: Node keeps them compiled here.
  const NODE_COMPILE_CACHE = join(root, 'node_modules/.cache/compiled');
  const env = { NODE_COMPILE_CACHE, ...process.env, PATH: path.filter(Boolean).join(delimiter) };

  // Becoming the command leaves nothing between it and its terminal; older Nodes and Windows stand by instead.
  if (process.execve && program === node && process.platform !== 'win32') {
    process.execve(program, [program, ...programArgs], env);
  }
  const ending = await run(program, programArgs, { stdio: 'inherit', env }).catch((error) =>
    giveUp(exits.unfit, `cannot start ${program} (${error.message}).`),
  );
  return endLike(ending);
};

await main(process.argv.slice(2));

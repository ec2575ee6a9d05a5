// Checks that the lock file installs everywhere: npm leaves out optional packages that its registry lacks,
// and then refuses the lock on the platforms that need them; and a lock that names a host works only there.
import { readFileSync } from 'node:fs';

/** @type {{ packages: Record<string, { optionalDependencies?: Record<string, string>, resolved?: string }> }} */
const { packages } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
);

/** Whether `name` is found from `path` as Node looks for it: in its own folder, then upwards. @param {string} path @param {string} name @returns {boolean} */
const found = (path, name) => {
  const prefix = path === '' ? '' : `${path}/`;
  if (`${prefix}node_modules/${name}` in packages) return true;
  return path !== '' && found(path.slice(0, Math.max(0, path.lastIndexOf('/'))), name);
};

const faults = Object.entries(packages).flatMap(([path, { optionalDependencies, resolved }]) => [
  ...Object.keys(optionalDependencies ?? {})
    .filter((name) => !found(path, name))
    .map((name) => `${path} may need ${name}, which has no entry`),
  ...(resolved?.includes('://') ? [`${path} names the host it came from: ${resolved}`] : []),
]);

for (const fault of faults) console.error(`package-lock.json: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

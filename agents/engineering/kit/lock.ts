import { byText } from 'nova-agents/tools';
import * as z from 'zod';
import { lineOf, placeOf, readJson, SECTIONS, type Finding, type Manifest } from './manifests.ts';

const Ranges = z.record(z.string(), z.string()).optional();
const Entry = z.object({
  version: z.string().optional(),
  link: z.boolean().optional(),
  optional: z.boolean().optional(),
  dependencies: Ranges,
  devDependencies: Ranges,
  optionalDependencies: Ranges,
  peerDependencies: Ranges,
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
});
const Shape = z.object({ packages: z.record(z.string(), Entry) });
type Entry = z.infer<typeof Entry>;

/** A `package-lock.json` of version 2 or 3 that could be read. */
export interface Lock {
  readonly path: string;
  readonly text: string;
  readonly packages: Readonly<Record<string, Entry>>;
}

/** Reads a lock file, or says where it is broken. */
export function readLock(path: string, text: string): Lock | Finding {
  const read = readJson(path, text);
  if (!('json' in read)) return read;
  const shaped = Shape.safeParse(read.json);
  if (shaped.success) return { path, text, packages: shaped.data.packages };
  const why = 'it is no lock file of version 2 or 3, so it is not compared';
  return { kind: 'broken', name: null, path, line: 1, why };
}

const NESTED = 'node_modules/';
const nameOf = (place: string) => place.slice(place.lastIndexOf(NESTED) + NESTED.length);

/** Packages that are installed in more than one version. */
export function duplicated({ path, text, packages }: Lock): Finding[] {
  const versions = new Map<string, { place: string; versions: Set<string> }>();
  for (const [place, { version, link }] of Object.entries(packages)) {
    if (!place.includes(NESTED) || version === undefined || link === true) continue;
    const known = versions.get(nameOf(place)) ?? { place, versions: new Set<string>() };
    known.versions.add(version);
    versions.set(nameOf(place), known);
  }
  return [...versions]
    .filter(([, known]) => known.versions.size > 1)
    .toSorted(([a], [b]) => byText(a, b))
    .map(([name, known]) => {
      const why = `is locked in ${known.versions.size} versions: ${[...known.versions].toSorted(byText).join(', ')}`;
      return { kind: 'duplicated', name, path, line: lineOf(text, `"${known.place}"`), why };
    });
}

/** What the lock remembers of a manifest and what stands there now. */
function differences(manifest: Manifest, entry: Entry, lock: Lock): Finding[] {
  return SECTIONS.flatMap((section) => {
    const [declared, locked] = [manifest[section] ?? {}, entry[section] ?? {}];
    const names = [...new Set([...Object.keys(declared), ...Object.keys(locked)])].toSorted(byText);
    return names.flatMap((name): Finding[] => {
      const [here, there] = [declared[name], locked[name]];
      if (here === there) return [];
      if (here === undefined) {
        const why = `is in the lock and no longer in the ${section} of \`${manifest.path}\``;
        return [
          { kind: 'out-of-step', name, path: lock.path, line: lineOf(lock.text, `"${name}"`), why },
        ];
      }
      const why = there === undefined ? 'is not in the lock' : `the lock holds it as \`${there}\``;
      return [{ kind: 'out-of-step', name, ...placeOf(manifest, section, name), why }];
    });
  });
}

/** Declared packages for which the lock has nothing to install. */
function notInstalled(manifest: Manifest, { packages }: Lock): Finding[] {
  return SECTIONS.filter((section) => section !== 'peerDependencies').flatMap((section) =>
    Object.keys(manifest[section] ?? {})
      .filter((name) => ![manifest.folder, ''].some((at) => packages[`${at}${NESTED}${name}`]))
      .map((name) => {
        const why = 'the lock has no version of it to install';
        return { kind: 'out-of-step' as const, name, ...placeOf(manifest, section, name), why };
      }),
  );
}

/** Where the lock and the manifests disagree; one finding a package and manifest. */
export function outOfStep(manifests: readonly Manifest[], lock: Lock): Finding[] {
  return manifests.flatMap((manifest) => {
    const entry = lock.packages[manifest.folder.replace(/\/$/, '')];
    if (entry === undefined) {
      const why = 'the lock does not know this manifest';
      return [{ kind: 'out-of-step' as const, name: null, path: manifest.path, line: 1, why }];
    }
    const differing = differences(manifest, entry, lock);
    const told = new Set(differing.map(({ name }) => name));
    return [...differing, ...notInstalled(manifest, lock).filter(({ name }) => !told.has(name))];
  });
}

/** What the lock knows of the commands and peers of packages; nothing without a lock. */
export function usesOf(lock: Lock | undefined) {
  const entries = Object.entries(lock?.packages ?? {});
  const peers = new Set(
    entries
      .filter(([place]) => place.includes(NESTED))
      .flatMap(([, entry]) => Object.keys(entry.peerDependencies ?? {})),
  );
  const binsOf = (name: string): readonly string[] | undefined => {
    const entry = lock?.packages[`${NESTED}${name}`];
    if (entry === undefined || typeof entry.bin === 'string') return undefined;
    return Object.keys(entry.bin ?? {});
  };
  return { binsOf, isPeer: (name: string) => peers.has(name) };
}

import type { Defect } from './defect.ts';

const part = 'words';
const MEMORY = 'src/memory/memory.ts';
const SESSIONS = 'src/sessions/sessions.ts';

/** Ways for words to come where they do not belong. */
export const leaks: readonly Defect[] = [
  {
    name: 'what is known in sibling scopes is recalled',
    part,
    file: MEMORY,
    instead: [
      [
        'chain(scope).map(',
        "['acme', 'acme/shop', 'acme/shop/main', 'acme/shop/side', 'acme/shopping'].map(",
      ],
      ['mayRead(scope, record.scope) && ', 'mayRead(record.scope, record.scope) && '],
    ],
  },
  {
    name: 'a conversation of that name is one in all scopes',
    part,
    file: SESSIONS,
    instead: [
      ['tell(`${scope}/${sessionNamed(name)}`', 'tell(`acme/${sessionNamed(name)}`'],
      ['load(`${scope}/${sessionNamed(name)}`', 'load(`acme/${sessionNamed(name)}`'],
    ],
  },
  {
    name: 'all conversations of a scope are one',
    part,
    file: SESSIONS,
    instead: [
      ['tell(`${scope}/${sessionNamed(name)}`', "tell(`${scope}/${sessionNamed('one')}`"],
      ['load(`${scope}/${sessionNamed(name)}`', "load(`${scope}/${sessionNamed('one')}`"],
    ],
  },
  {
    name: 'a ledger is shared by all projects of a tenant',
    part,
    file: 'src/kernel/tells.ts',
    instead: [
      ['name.startsWith(COMMON) ? tenantOf(scope) : scope', 'tenantOf(scope)'],
      ["if (!isReadable(scope, event)) return 'leak';", ''],
      ["(isReadable(turn.scope, event) ? undefined : 'leak')", 'undefined'],
    ],
  },
  {
    name: 'an error quotes the one before it, whosever that was',
    part,
    file: 'src/host/border.ts',
    instead: [
      ['export function messageOf(', "let last = '';\nexport function messageOf("],
      [
        'return String(error instanceof Error ? error.message : error);',
        'const before = last; last = String(error instanceof Error ? error.message : error); return `${last}, after ${before.slice(0, 200)}`;',
      ],
    ],
  },
  {
    name: 'what an agent noted is recalled before anybody accepts it',
    part,
    file: 'src/memory/recall.ts',
    instead: [["!isHeld && kind !== 'lesson'", "kind !== 'lesson'"]],
  },
  {
    name: 'the index has words in it',
    part,
    file: 'src/store/run-facts.ts',
    instead: [
      [
        "if (record.kind === 'blob') facts.early = { [record.hash]: NOWHERE };",
        "if (record.kind === 'blob') { facts.early = { [record.hash]: NOWHERE }; facts.node = JSON.stringify(record.value); }",
      ],
    ],
  },
  {
    name: 'a document is named by what was asked',
    part,
    file: 'src/engine/snapshots.ts',
    instead: [
      [
        'await store.write(snapshotName(run),',
        "const [word = ''] = /kz[a-z]+/.exec(JSON.stringify([...values.values()])) ?? [];\n  await store.write(snapshotName(run + word),",
      ],
    ],
  },
  {
    name: 'an id leads into a scope below',
    part,
    file: 'src/host/system-id.ts',
    instead: [['if (!/^[^/\\s#]+$/.test(id))', "if (id === '')"]],
  },
  {
    name: 'what was forgotten stays with those who share the work',
    part,
    file: 'src/memory/traces.ts',
    instead: [['await unshare(run, hashes);', 'void unshare;']],
  },
  {
    name: 'what was forgotten stays in the memory, where nobody sees it',
    part,
    file: MEMORY,
    instead: [
      [
        "{ type: 'record.forgotten', id } as Fact);\n      await this.#engine.shed(`${scope}/${MEMORY}`);",
        "{ type: 'record.forgotten', id } as Fact);",
      ],
    ],
  },
  {
    name: 'what was forgotten stays in what later runs were told',
    part,
    file: 'src/host/forgetting.ts',
    instead: [['await untell();', '']],
  },
  {
    name: 'the last runs of sibling scopes are told',
    part,
    file: 'src/host/recent.ts',
    instead: [
      ['above(scope).map(', "['acme', 'acme/shop', 'acme/shop/main', 'acme/shop/side'].map("],
      ['mayRead(scope, scopeOfRun(one.run))', 'one.run !== scope'],
    ],
  },
  {
    name: 'visitors are told what other visitors asked',
    part,
    file: 'src/host/recent.ts',
    instead: [['scope === PUBLIC_SCOPE || ', '']],
  },
  {
    name: 'what a run has taught stays when it is forgotten',
    part,
    file: 'src/host/forgetting.ts',
    instead: [
      ['    await memory.unteach(run);\n', ''],
      ['if (hash === undefined) await memory.unteach(run);', ''],
    ],
  },
  {
    name: 'a forgotten lesson stays with those who were told of it',
    part,
    file: MEMORY,
    instead: [['written.includes(told) || isWithin(written)', 'false && isWithin(written)']],
  },
];

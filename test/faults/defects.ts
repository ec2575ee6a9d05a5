import type { Defect } from './defect.ts';
import { leaks } from './leaks.ts';

const AHEAD: Defect['instead'] = [
  [
    'await this.#journal.append(records, { sync: true });',
    'resident.folded = { system, digest }; await this.#journal.append(records, { sync: true });',
  ],
];

const torn: readonly Defect[] = [
  {
    name: 'a checksum is not looked at',
    part: 'torn',
    file: 'src/store/framing.ts',
    instead: [['if (framed.readUInt32LE(LENGTH_BYTES) !== checksum(framed))', 'if (bytes < 0)']],
  },
  {
    name: 'a torn tail stays under what is written',
    part: 'torn',
    file: 'src/store/segment.ts',
    instead: [['await handle.truncate(this.#end);\n      this.#reservedEnd', 'this.#reservedEnd']],
  },
  {
    name: 'damage is cut as if a crash had done it',
    part: 'torn',
    file: 'src/store/recovery.ts',
    instead: [['const isDamage = isSynced || ', 'const isDamage = ']],
  },
  {
    name: 'nothing shows what had been synced',
    part: 'torn',
    file: 'src/store/segment.ts',
    instead: [['markAfterSync(bytes);', 'void markAfterSync;']],
  },
  {
    name: 'what was cut is not told',
    part: 'torn',
    file: 'src/store/recovery.ts',
    instead: [[': [torn];', ': [];']],
  },
];

const disk: readonly Defect[] = [
  {
    name: 'acknowledged before it is synced',
    part: 'disk',
    file: 'src/store/segment.ts',
    instead: [
      [
        'await this.#sync(this.#end + bytes.length);',
        'void this.#sync(this.#end + bytes.length).catch(() => undefined);',
      ],
    ],
  },
  {
    name: 'memory stays ahead of a failed append',
    part: 'disk',
    file: 'src/engine/local.ts',
    instead: AHEAD,
  },
  {
    name: 'a failed append counts',
    part: 'disk',
    file: 'src/engine/local.ts',
    instead: [
      [
        'await this.#journal.append(records, { sync: true });',
        'await this.#journal.append(records, { sync: true }).catch(() => undefined);',
      ],
    ],
  },
  {
    name: 'what a failing sync took is not written anew',
    part: 'disk',
    file: 'src/store/segment.ts',
    instead: [['await write(handle, Buffer.concat(this.#unsynced), this.#syncedEnd);', '']],
  },
  {
    name: 'a failure of the disk has no type',
    part: 'disk',
    file: 'src/store/files.ts',
    instead: [
      [
        "return new StoreUnavailableError(where, `${sentence}${code ? ` (${code})` : ''}`, { cause });",
        'return cause as never;',
      ],
    ],
  },
];

const kill: readonly Defect[] = [
  {
    name: 'a write begins before it is on record',
    part: 'kill',
    file: 'src/host/noted-calls.ts',
    instead: [["await journal.append([{ kind: 'begun'", "void journal.append([{ kind: 'begun'"]],
  },
  {
    name: 'a restart loses the outbox',
    part: 'kill',
    file: 'src/kernel/step.ts',
    instead: [['reissueEffects(turn);\n', '']],
  },
  {
    name: 'a write in doubt is simply done again',
    part: 'kill',
    file: 'src/host/tool-calls.ts',
    instead: [["if (begun.length === 0 || tool.inDoubt === 'reissue')", 'if (tool !== undefined)']],
  },
  {
    name: 'an event is heard of before it is written',
    part: 'kill',
    file: 'src/store/segment.ts',
    instead: [
      [
        'await write(this.#handle, bytes, this.#end);',
        'setTimeout(() => void write(this.#handle as never, bytes, end), 5);',
      ],
      [
        'async append(bytes: Buffer, sync: boolean): Promise<void> {',
        'async append(bytes: Buffer, sync: boolean): Promise<void> { const end = this.#end;',
      ],
    ],
  },
];

const clock: readonly Defect[] = [
  {
    name: 'a timer is dropped where the clock jumps over it',
    part: 'clock',
    file: 'src/host/host.ts',
    instead: [
      [
        'const incoming: Incoming = {',
        'if (clock.now() > next.dueAt + 3_600_000) return;\n      const incoming: Incoming = {',
      ],
    ],
  },
  {
    name: 'a timer is not armed anew after a restart',
    part: 'clock',
    file: 'src/host/host.ts',
    instead: [
      [
        'this.#setAlarm(commit);',
        "if (commit.incoming.kind !== 'restored') this.#setAlarm(commit);",
      ],
    ],
  },
  {
    name: 'a timer fires twice',
    part: 'clock',
    file: 'src/kernel/step.ts',
    instead: [['delete turn.timers[key];\n', '']],
  },
  {
    name: 'a timer fires an hour early',
    part: 'clock',
    file: 'src/host/host.ts',
    instead: [['clock.wakeAt(next.dueAt,', 'clock.wakeAt(next.dueAt - 3_600_000,']],
  },
  {
    name: 'overdue timers fire as they come',
    part: 'clock',
    file: 'src/host/next-timer.ts',
    instead: [['|| dueAt < next.dueAt)', '|| dueAt > next.dueAt)']],
  },
];

const late: readonly Defect[] = [
  {
    name: 'an answer is taken twice',
    part: 'late',
    file: 'src/kernel/effects.ts',
    instead: [['delete turn.effects[effectId];\n', '']],
  },
  {
    name: 'a late answer vanishes without a dead letter',
    part: 'late',
    file: 'src/kernel/step.ts',
    instead: [["return turn.refuse(effectId, event, 'effect_closed');", 'return;']],
  },
  {
    name: 'an event that nobody takes is not accounted for',
    part: 'late',
    file: 'src/kernel/turn.ts',
    instead: [
      [
        'this.dead = [...this.dead,',
        'if (reason !== "unhandled" && reason !== "ended") this.dead = [...this.dead,',
      ],
    ],
  },
];

const race: readonly Defect[] = [
  {
    name: 'two hold the folder',
    part: 'processes',
    file: 'src/store/holder-lock.ts',
    instead: [["database.exec('BEGIN IMMEDIATE');", '']],
  },
  {
    name: 'the folder is let go of before the journal is closed',
    part: 'processes',
    file: 'src/server/open-desk.ts',
    instead: [
      [
        'await server.finish();\n        await nova.close();\n        lock.release();',
        'lock.release();\n        await new Promise((done) => setTimeout(done, 30));\n      await server.finish();\n      await nova.close();',
      ],
    ],
  },
  {
    name: 'who asked a holder that was killed is left alone',
    part: 'processes',
    file: 'src/server/following-desk.ts',
    instead: [['if (!(error instanceof HolderGoneError) || isOver) throw error;', 'throw error;']],
  },
  {
    name: 'a caller whose holder has gone is told that it is done',
    part: 'processes',
    file: 'src/server/client.ts',
    instead: [['this.#close(id)?.reject(this.#goneError());', 'this.#close(id)?.resolve(null);']],
  },
];

const soak: readonly Defect[] = [
  {
    name: 'a run that has ended stays in memory',
    part: 'soak',
    file: 'src/engine/local.ts',
    instead: [['return void this.#residents.delete(run);', 'return;']],
  },
  {
    name: 'an event is handled and not counted',
    part: 'soak',
    file: 'src/kernel/step.ts',
    instead: [
      [
        'if (isTaken) return turn.take();',
        'if (isTaken) return letter.answers ? undefined : turn.take();',
      ],
    ],
  },
  {
    name: 'now and then a group is acknowledged and not written',
    part: 'soak',
    file: 'src/store/segment.ts',
    instead: [
      [
        'await write(this.#handle, bytes, this.#end);',
        'if (this.#end % 97 !== 0) await write(this.#handle, bytes, this.#end);',
      ],
    ],
  },
  {
    name: 'memory runs ahead where an append fails',
    part: 'soak',
    file: 'src/engine/local.ts',
    instead: AHEAD,
  },
];

export const defects: readonly Defect[] = [
  ...torn,
  ...disk,
  ...kill,
  ...clock,
  ...late,
  ...race,
  ...soak,
  ...leaks,
];

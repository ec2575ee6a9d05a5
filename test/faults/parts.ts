import { archive } from './archive.ts';
import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { forget } from './forget.ts';
import { known } from './known.ts';
import { late } from './late.ts';
import { kill } from './kill.ts';
import { race } from './race.ts';
import { scopes } from './scopes.ts';
import { soak } from './soak.ts';
import { sown } from './sown.ts';
import { torn } from './torn.ts';
import type { Part } from './part.ts';

export const parts: readonly Part[] = [
  torn,
  kill,
  disk,
  clock,
  late,
  race,
  archive,
  forget,
  known,
  scopes,
  soak,
  sown,
];

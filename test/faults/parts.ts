import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { kill } from './kill.ts';
import { torn } from './torn.ts';
import type { Part } from './part.ts';

export const parts: readonly Part[] = [torn, kill, disk, clock];

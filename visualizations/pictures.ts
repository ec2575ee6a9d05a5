import { charterGraph, charterMermaid } from 'nova-agents/inspect';
import { builtinMachines } from '../machines/builtin.ts';
import { credit } from '../docs/credit.ts';
import { refunds } from '../docs/refunds.ts';
import { charterSvg } from './charter.ts';
import { houseSvg } from './house.ts';
import { statechartMermaid } from './mermaid.ts';
import { statechartOf } from './statechart.ts';
import { statechartSvg } from './svg.ts';
import { wheelSvg } from './wheel.ts';

/** The folder of the pictures, from the root of the repository. */
export const pictureFolder = 'visualizations/pictures';

/** Every picture by its file's name, made anew from the code. */
export async function makePictures(): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const machine of Object.values(builtinMachines)) {
    const chart = statechartOf(machine);
    // One layout after the other: elkjs numbers what it makes in one count for the whole process.
    // oxlint-disable-next-line no-await-in-loop
    pictures.set(`${chart.id}.svg`, await statechartSvg(chart));
    pictures.set(`${chart.id}.mmd`, statechartMermaid(chart));
  }
  for (const team of [refunds, credit]) {
    const graph = charterGraph(team);
    // oxlint-disable-next-line no-await-in-loop
    pictures.set(`${graph.id}.svg`, await charterSvg(graph));
    pictures.set(`${graph.id}.mmd`, charterMermaid(graph));
  }
  pictures.set('wheel.svg', wheelSvg());
  pictures.set('house.svg', await houseSvg());
  return pictures;
}

import { escaped, element } from './xml.ts';

interface Ink {
  readonly fill?: string;
  readonly stroke?: string;
}
/** What a style looks like: on light ground, on dark ground, and in both. */
interface Style {
  readonly light: Ink;
  readonly dark: Ink;
  readonly also?: string;
}

const text = (light: string, dark: string, also: string): Style => ({
  light: { fill: light },
  dark: { fill: dark },
  also,
});

/** Every style that a picture may use, by class. */
const styles: Readonly<Record<string, Style>> = {
  card: {
    light: { fill: '#fbfbfa', stroke: '#dcdcd6' },
    dark: { fill: '#16191d', stroke: '#31363d' },
  },
  state: {
    light: { fill: '#ffffff', stroke: '#8f98a3' },
    dark: { fill: '#20252b', stroke: '#66707c' },
    also: 'stroke-width:1.2',
  },
  compound: {
    light: { fill: '#fbfbfa', stroke: '#a9b1ba' },
    dark: { fill: '#16191d', stroke: '#4d5661' },
    also: 'stroke-width:1.2',
  },
  inner: {
    light: { fill: '#fbfbfa', stroke: '#b9bfc6' },
    dark: { fill: '#16191d', stroke: '#454d57' },
    also: 'stroke-width:1.2',
  },
  final: {
    light: { fill: '#eef6f1', stroke: '#4b8b68' },
    dark: { fill: '#1a2a22', stroke: '#5fae84' },
    also: 'stroke-width:1.2',
  },
  ring: { light: { fill: 'none', stroke: '#4b8b68' }, dark: { stroke: '#5fae84' } },
  core: { light: { fill: '#4b8b68' }, dark: { fill: '#5fae84' } },
  pseudo: {
    light: { fill: '#fbfbfa', stroke: '#8f98a3' },
    dark: { fill: '#16191d', stroke: '#66707c' },
    also: 'stroke-dasharray:3 3',
  },
  dot: { light: { fill: '#2b3138' }, dark: { fill: '#e4e8ec' } },
  divider: {
    light: { fill: 'none', stroke: '#b9bfc6' },
    dark: { stroke: '#454d57' },
    also: 'stroke-width:1.2;stroke-dasharray:6 5',
  },
  rule: { light: { fill: 'none', stroke: '#e2e5e3' }, dark: { stroke: '#343b43' } },
  edge: {
    light: { fill: 'none', stroke: '#5d6875' },
    dark: { stroke: '#8f9baa' },
    also: 'stroke-width:1.3;stroke-linejoin:round',
  },
  faint: {
    light: { fill: 'none', stroke: '#a7b0ba' },
    dark: { stroke: '#59636f' },
    also: 'stroke-width:1.1',
  },
  head: { light: { fill: '#5d6875' }, dark: { fill: '#8f9baa' } },
  plate: { light: { fill: '#fbfbfa' }, dark: { fill: '#16191d' }, also: 'fill-opacity:.92' },
  track: {
    light: { fill: 'none', stroke: '#d9dde1' },
    dark: { stroke: '#2d343c' },
    also: 'stroke-width:14',
  },
  spoke: {
    light: { fill: 'none', stroke: '#2f6fa8' },
    dark: { stroke: '#6fb1e6' },
    also: 'stroke-width:2.6;stroke-linecap:round',
  },
  tip: { light: { fill: '#2f6fa8' }, dark: { fill: '#6fb1e6' } },
  icon: {
    light: { fill: 'none', stroke: '#2f6fa8' },
    dark: { stroke: '#6fb1e6' },
    also: 'stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round',
  },
  hub: {
    light: { fill: '#ffffff', stroke: '#2f6fa8' },
    dark: { fill: '#20252b', stroke: '#6fb1e6' },
    also: 'stroke-width:2',
  },
  title: text('#1f252b', '#f0f3f6', 'font-size:22px;font-weight:650'),
  sub: text('#68727d', '#98a3af', 'font-size:12.5px'),
  name: text('#1f252b', '#f0f3f6', 'font-size:14px;font-weight:600'),
  does: text('#2f6fa8', '#6fb1e6', 'font-size:12px'),
  quiet: text('#68727d', '#98a3af', 'font-size:12px'),
  event: text('#343c45', '#cfd6dd', 'font-size:12px;font-weight:600'),
  guard: text('#7a5c1e', '#d8b56a', 'font-size:12px'),
  tag: text('#68727d', '#98a3af', 'font-size:11px'),
  big: text('#1f252b', '#f0f3f6', 'font-size:19px;font-weight:650'),
};

const fonts = `-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif`;

const ink = ({ fill, stroke }: Ink): string[] => [
  ...(fill === undefined ? [] : [`fill:${fill}`]),
  ...(stroke === undefined ? [] : [`stroke:${stroke}`]),
];

/** The rules of the styles that a picture uses, and of no other. */
function rulesFor(body: string): string {
  const used = Object.entries(styles).filter(([name]) => body.includes(`class="${name}"`));
  const light = used.map(
    ([name, { light: inks, also }]) =>
      `.${name}{${[...ink(inks), also].filter(Boolean).join(';')}}`,
  );
  const dark = used.map(([name, { dark: inks }]) => `.${name}{${ink(inks).join(';')}}`);
  return [
    `text{font-family:${fonts}}`,
    ...light,
    `@media (prefers-color-scheme:dark){${dark.join('')}}`,
  ].join('\n');
}

/** What a picture is: its size, its name, what it shows in a sentence, and its elements. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly says: string;
  readonly body: readonly string[];
}

/** A whole picture on a card of its own, so that it can be read on any ground. */
export function sheet({ width, height, name, says, body }: Sheet): string {
  const inside = [
    element('rect', {
      class: 'card',
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 14,
    }),
    ...body,
  ].join('\n');
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
    role: 'img',
    'aria-label': says,
  };
  const title = element('title', {}, escaped(name));
  return `${element('svg', root, '\n', title, '\n', element('style', {}, '\n', rulesFor(inside), '\n'), '\n', inside, '\n')}\n`;
}

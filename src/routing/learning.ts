import { hashOfText } from '../kernel/canonical.ts';
import { foldedWords } from './words.ts';

/** Whoever takes what nobody here should. */
export const NOBODY = '';

/** What a learner keeps: for each feature of a text how much it speaks for whom, as pairs of a place in `ids` and tenths of a nat. */
export interface Learned {
  /** Names the requests that it was made of. */
  readonly of: string;
  /** Those that it tells apart, `NOBODY` among them. */
  readonly ids: readonly string[];
  /** By feature, how rare it is in hundredths, then the pairs. */
  readonly features: Readonly<Record<string, readonly number[]>>;
  /** How rare what was never met is, in hundredths. */
  readonly unmet: number;
}

/** Words of asking and pointing tell something beside others: "why", "who", "which". */
const STOPPED = 0.5;
/** Two words in a row. */
const PAIR = 0.5;
const HUNDREDTHS = 100;
const TENTHS = 10;
/** Weights that change nothing are not kept; in nats. */
const LEAST = 0.5;
/** Two words in a row tell something where they were met so often. */
const LEAST_PAIRS = 2;

const EPOCHS = 25;
const RATE = 0.5;
const DECAY = 1e-4;
/** Of the order in which requests are learned from. */
const SEED = 1;

type Features = ReadonlyMap<string, { readonly weight: number; readonly isNamed: boolean }>;

/** What of a text tells: its words, folded, and each two in a row, but for those of a file's name. */
function featuresOf(text: string): Features {
  const words = foldedWords(text).map(({ word, weight, isNamed }) => ({
    name: weight === 0 ? `~${word}` : word,
    weight: weight === 0 ? STOPPED : weight,
    isNamed,
  }));
  const single = words.map(({ name, ...one }) => [name, one] as const);
  const pairs = words
    .slice(1)
    .flatMap(({ name, isNamed }, at) =>
      isNamed && words[at]?.isNamed
        ? []
        : [[`${words[at]?.name} ${name}`, { weight: PAIR, isNamed: false }] as const],
    );
  return new Map([...single, ...pairs]);
}

type Sparse = readonly (readonly [feature: number, value: number])[];
type Rarity = (feature: string) => number | undefined;

/** A text of length one; what was never met lengthens it, so that little is left of what is known: but for a file's name, which may be any. */
function vectorOf(features: Features, rarity: Rarity, unmet: number): ReadonlyMap<string, number> {
  let squares = 0;
  const known = new Map<string, number>();
  for (const [feature, { weight, isNamed }] of features) {
    const rare = rarity(feature);
    if (rare === undefined && (isNamed || feature.includes(' '))) continue;
    const value = weight * (rare ?? unmet);
    squares += value * value;
    if (rare !== undefined) known.set(feature, value);
  }
  const length = Math.sqrt(squares) || 1;
  return new Map([...known].map(([feature, value]) => [feature, value / length]));
}

/** A shuffle that is the same everywhere (Park and Miller, 1988; Fisher and Yates). */
function shuffler(): (items: unknown[]) => void {
  let state = SEED;
  const next = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  return (items) => {
    for (let at = items.length - 1; at > 0; at -= 1) {
      const other = Math.floor(next() * (at + 1));
      [items[at], items[other]] = [items[other], items[at]];
    }
  };
}

/** Turns what speaks for each into shares of one, in place. */
function softmax(values: Float64Array): void {
  const most = Math.max(...values);
  let sum = 0;
  for (let at = 0; at < values.length; at += 1)
    sum += values[at] = Math.exp((values[at] ?? 0) - most);
  for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? 0) / sum;
}

/** Weights by feature and id, fitted to examples. */
function fitted(
  examples: readonly { readonly owner: number; readonly vector: Sparse }[],
  features: number,
  owners: number,
): Float64Array {
  const weights = new Float64Array(features * owners);
  const slopes = new Float64Array(features * owners).fill(1e-6);
  const shares = new Float64Array(owners);
  const shuffle = shuffler();
  const order = [...examples];
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order);
    for (const { owner, vector } of order) {
      shares.fill(0);
      for (const [feature, value] of vector)
        for (let at = 0; at < owners; at += 1)
          shares[at] = (shares[at] ?? 0) + (weights[feature * owners + at] ?? 0) * value;
      softmax(shares);
      for (let at = 0; at < owners; at += 1) {
        const error = (shares[at] ?? 0) - Number(at === owner);
        for (const [feature, value] of vector) {
          const place = feature * owners + at;
          const slope = error * value + DECAY * (weights[place] ?? 0);
          const steepness = (slopes[place] ?? 0) + slope * slope;
          slopes[place] = steepness;
          weights[place] = (weights[place] ?? 0) - (RATE * slope) / Math.sqrt(steepness);
        }
      }
    }
  }
  return weights;
}

/** How often each feature was met, but for pairs that were met too seldom. */
function countsOf(features: readonly string[]): ReadonlyMap<string, number> {
  const met = new Map<string, number>();
  for (const feature of features) met.set(feature, (met.get(feature) ?? 0) + 1);
  return new Map([...met].filter(([name, count]) => count >= LEAST_PAIRS || !name.includes(' ')));
}

const NAME_CHARS = 16;

/** Names labelled requests, whatever their order. */
export const nameOf = (requests: Readonly<Record<string, readonly string[]>>): string =>
  hashOfText(
    JSON.stringify(
      Object.keys(requests)
        .toSorted()
        .map((id) => [id, (requests[id] ?? []).toSorted()]),
    ),
  ).slice(0, NAME_CHARS);

/**
 * Learns from labelled requests who takes what: softmax regression over words and pairs of words, by AdaGrad (Duchi et al., 2011).
 * The same requests give the same, but for the last digits of a machine's logarithms.
 * @param requests by the id of whoever takes them; `NOBODY` those that none should take.
 */
export function learn(requests: Readonly<Record<string, readonly string[]>>): Learned {
  const ids = Object.keys(requests).toSorted();
  const read = ids.flatMap((id, owner) =>
    (requests[id] ?? []).map((text) => ({ owner, features: featuresOf(text) })),
  );
  const met = countsOf(read.flatMap(({ features }) => [...features.keys()]));
  const rarity: Rarity = (feature) => {
    const count = met.get(feature);
    return count === undefined ? undefined : Math.log(1 + read.length / count);
  };
  const unmet = Math.log(1 + read.length);
  const places = new Map([...met.keys()].map((feature, at) => [feature, at]));
  const examples = read.map(({ owner, features }) => ({
    owner,
    vector: [...vectorOf(features, rarity, unmet)].map(
      ([feature, value]) => [places.get(feature) ?? 0, value] as const,
    ),
  }));
  const weights = fitted(examples, places.size, ids.length);
  const kept = [...places].map(([feature, place]) => {
    const own = [...weights.subarray(place * ids.length, (place + 1) * ids.length)];
    // What speaks for all alike tells nobody apart.
    const usual = own.toSorted((a, b) => a - b)[Math.floor(own.length / 2)] ?? 0;
    const pairs = own.flatMap((weight, at) =>
      Math.abs(weight - usual) < LEAST ? [] : [at, Math.round((weight - usual) * TENTHS)],
    );
    return [feature, [Math.round((rarity(feature) ?? 0) * HUNDREDTHS), ...pairs]] as const;
  });
  return {
    of: nameOf(requests),
    ids,
    features: Object.fromEntries(kept),
    unmet: Math.round(unmet * HUNDREDTHS),
  };
}

/** Whom a text is for. */
export interface Recognised {
  /** How likely it is each one, `NOBODY` included; together one. */
  readonly shares: ReadonlyMap<string, number>;
  /** The words that speak for one of them, the strongest first. */
  readonly tells: (id: string) => readonly string[];
}

/** Says of any text whom it is for, by what was learned. */
export function recogniser({ ids, features, unmet }: Learned): (text: string) => Recognised {
  const known = new Map(Object.entries(features));
  const rarity: Rarity = (feature) => {
    const rare = known.get(feature)?.[0];
    return rare === undefined ? undefined : rare / HUNDREDTHS;
  };
  const saysOf = (feature: string, value: number) => {
    const [, ...pairs] = known.get(feature) ?? [];
    return Array.from({ length: pairs.length / 2 }, (_, at) => ({
      owner: pairs[2 * at] ?? 0,
      weight: (value * (pairs[2 * at + 1] ?? 0)) / TENTHS,
    }));
  };
  return (text) => {
    const vector = vectorOf(featuresOf(text), rarity, unmet / HUNDREDTHS);
    const said = [...vector].flatMap(([feature, value]) =>
      saysOf(feature, value).map((one) => ({ feature, ...one })),
    );
    const shares = new Float64Array(ids.length);
    for (const { owner, weight } of said) shares[owner] = (shares[owner] ?? 0) + weight;
    // Of what was never met nobody can say anything.
    if (said.length === 0) shares[ids.indexOf(NOBODY)] = 1 / Number.EPSILON;
    softmax(shares);
    return {
      shares: new Map(ids.map((id, at) => [id, shares[at] ?? 0])),
      tells: (id) =>
        said
          .filter(({ owner, weight }) => ids[owner] === id && weight > 0)
          .toSorted((a, b) => b.weight - a.weight)
          .map(({ feature }) => feature.replaceAll('~', '')),
    };
  };
}

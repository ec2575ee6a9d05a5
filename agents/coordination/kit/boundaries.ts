const oneOf = (words: string): string => `(?:${words.trim().split(/\s+/).join('|')})`;

const QUESTION = oneOf('what who whom whose where when why how');
/** Who is asked about, or what belongs to whom: tells a verb from a noun of the same spelling. */
const DETERMINER = oneOf(`
  the a an any all each every both some this that these those it them there me us you we they he
  she i my our your their his her whether if what which who how where when why for`);
const AUXILIARY = oneOf(`
  is are was were am do does did can could will would should shall may might has have had must`);
/** ", which is" begins no question: it says more of what was named. */
const WHICH = `which(?!\\s+${AUXILIARY}\\b)`;
/** Words that begin a wish and are hardly ever nouns. */
const VERB = oneOf(`
  add analyse analyze bake bring build calculate check choose clean collect compare compute
  condense convert create decide delete deliver describe determine draft draw estimate evaluate
  examine explain export extract find generate get give identify import improve inspect install
  investigate keep let list look make measure merge pick prepare proofread propose provide rate
  recommend refactor remind remove rename repair replace rewrite run save say search see sell send shorten show solve
  sort suggest sum summarise summarize take tell translate try turn validate verify work write`);
/** Words that begin a wish and are as often nouns: only what follows them tells. */
const VERB_OR_NOUN = oneOf(`
  audit book call change close cook cost count cut design email fix group mail name note open order
  plan play post print rank release report request review schedule set start stop store test
  update use`);
const WANTING = `(?:\\s+(?:want|need|would|wish|like|also|have\\s+to)|['’]d\\s+like)`;
const WISH = `(?:(?:i|we)${WANTING}\\b|please\\b)`;
/** What begins a passage of its own. */
const ASKING = [
  `(?:${QUESTION}|${WHICH})\\b`,
  `${AUXILIARY}\\s+${DETERMINER}\\b`,
  `${VERB}\\b(?!\\s*(?:,|\\.|;|\\?|and\\b|or\\b|of\\b|is\\b|are\\b|$))`,
  `${VERB_OR_NOUN}\\s+${DETERMINER}\\b`,
  // What is not wanted is a passage of its own.
  `(?:do\\s+not|don['’]t|never)\\s+${VERB}\\b`,
  WISH,
].join('|');

const FILLING = `(?:(?:and|then|also|please|finally|next|lastly|maybe|after\\s+that)[\\s,]{1,4})`;
const AND = `(?<!\\b${VERB})[ \\t]{1,4}(?:and|then|but|plus|&)[ \\t]{1,4}`;
const JOINT = `(?:,[ \\t]{0,4}|\\n[ \\t]{0,8}|${AND})`;
const MARKER = '(?:[-*+•–]|\\(?\\d{1,3}[.)]|[a-z][.)])';
const SHORTENED = '(?<!\\b(?:e\\.g|i\\.e|vs|approx|no|mr|mrs|ms|dr|st|cf|ca|\\p{L}))';

/** Where one passage ends and the next begins: each match ends where the next passage begins. */
export const BOUNDARIES: readonly RegExp[] = [
  // Sentence marks; a point after a shortened word or inside a number is none.
  /[?!？！。…]+["'”’»)]?(?=\s|$|\p{Lo})/gu,
  new RegExp(`${SHORTENED}\\.["'”’»)]?(?=\\s)`, 'giu'),
  /;(?=\s|$)/gu,
  // Paragraphs and list items.
  /\n[ \t]*(?=\n)/gu,
  new RegExp(`\\n[ \\t]*(?=${MARKER}[ \\t])`, 'giu'),
  // A colon before a list that stands in lines of its own.
  /:[ \t]*(?=\n)/gu,
  // Numbers of a list within one line.
  /(?<=[\s,:])(?=\(?[1-9][.)][ \t]+\p{L})/gu,
  // "… and <anything> it": what is done to what was named.
  new RegExp(`(?<=[\\p{L}\\p{N}][ \\t]+\\S+)${AND}(?=\\p{L}+[ \\t]+(?:it|them)\\b)`, 'giu'),
  // Commas, line ends and "and" before what begins a question or a wish.
  new RegExp(`${JOINT}(?=${FILLING}{0,3}(?:${ASKING}))`, 'giu'),
];

/** Marks and joining words before a passage that carry nothing. */
export const LEADING = new RegExp(
  `^(?:[\\s,;:.]+|${MARKER}(?=\\s|$)|(?:and|then|but|plus|&)(?=\\s|$))+`,
  'iu',
);
/** The same after a passage; looked for only where a run of marks begins, so in one pass. */
export const TRAILING = /(?<![\s,;:&])[\s,;:&]*(?:\s(?:and|then|but|plus)[\s,;:&]*)?$/iu;

const SCENE = oneOf(`
  i we you he she they it there someone somebody an? my our his her their since as because if
  when while after before`);
/** A clause that only sets the scene for what its comma leads to: "I was away, what is new?" */
export const SETTING = new RegExp(`^(?!${WISH})${SCENE}\\b`, 'iu');

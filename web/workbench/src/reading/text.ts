// Offsets in a text. They count UTF-16 code units, as JavaScript does, and so do all that are sent to the server from here.

export interface Stretch {
  start: number;
  end: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The line that an offset is in. Blocks are lines, so no character that a reader sees goes over its end. */
function lineAt(text: string, at: number): Stretch {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { start, end: end < 0 ? text.length : end };
}

/** The boundary of what a reader sees as one character, at or before an offset. */
function floor(text: string, at: number): number {
  const line = lineAt(text, at);
  if (at <= line.start || at >= line.end) return at;
  const segment = graphemes.segment(text.slice(line.start, line.end)).containing(at - line.start);
  return segment ? line.start + segment.index : at;
}

function ceiling(text: string, at: number): number {
  const line = lineAt(text, at);
  if (at <= line.start || at >= line.end) return at;
  const segment = graphemes.segment(text.slice(line.start, line.end)).containing(at - line.start);
  if (!segment || line.start + segment.index === at) return at;
  return line.start + segment.index + segment.segment.length;
}

/** A stretch without blanks at its ends, that splits no character; undefined where nothing is left. */
export function tidy(text: string, { start, end }: Stretch): Stretch | undefined {
  let from = floor(text, Math.max(0, Math.min(start, end)));
  let to = ceiling(text, Math.min(text.length, Math.max(start, end)));
  while (from < to && /\s/.test(text.charAt(from))) from += 1;
  while (to > from && /\s/.test(text.charAt(to - 1))) to -= 1;
  return from < to ? { start: from, end: to } : undefined;
}

/** Where the word after an offset ends. */
export function wordEnd(text: string, at: number): number {
  let from = at;
  while (from < text.length && text.charAt(from) === '\n') from += 1;
  const line = lineAt(text, from);
  const offset = from - line.start;
  for (const segment of words.segment(text.slice(line.start, line.end))) {
    const end = segment.index + segment.segment.length;
    if (end > offset && segment.isWordLike) return line.start + end;
  }
  return line.end > at ? line.end : at;
}

/** Where the word before an offset begins. */
export function wordStart(text: string, at: number): number {
  let to = at;
  while (to > 0 && text.charAt(to - 1) === '\n') to -= 1;
  const line = lineAt(text, to);
  const offset = to - line.start;
  let found = line.start < at ? line.start : at;
  for (const segment of words.segment(text.slice(line.start, line.end))) {
    if (segment.index >= offset) break;
    if (segment.isWordLike) found = line.start + segment.index;
  }
  return found;
}

/** Where the last word before an offset ends: the selection's end, moved back by one word. */
export function wordEndBefore(text: string, at: number): number {
  const start = wordStart(text, at);
  let end = start;
  while (end > 0 && !/[\p{L}\p{N}]/u.test(text.charAt(end - 1))) end -= 1;
  return end > 0 ? end : start;
}

/** Where the next word begins: the selection's start, moved on by one word. */
export function wordStartAfter(text: string, at: number): number {
  let start = wordEnd(text, at);
  while (start < text.length && /\s/.test(text.charAt(start))) start += 1;
  return start;
}

export interface Mark extends Stretch {
  claim: string;
  colour: string;
  /** Open, judged, disputed and so on: how the mark is drawn, besides its colour. */
  look: string;
}

export interface Piece extends Stretch {
  marks: Mark[];
}

/** Cuts a block into pieces, so that each piece has the same marks throughout. */
export function pieces(block: Stretch, marks: readonly Mark[]): Piece[] {
  const cuts = new Set([block.start, block.end]);
  for (const { start, end } of marks) {
    if (start > block.start && start < block.end) cuts.add(start);
    if (end > block.start && end < block.end) cuts.add(end);
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  const result: Piece[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const [start, end] = [sorted[i] as number, sorted[i + 1] as number];
    result.push({ start, end, marks: marks.filter((mark) => mark.start < end && mark.end > start) });
  }
  return result;
}

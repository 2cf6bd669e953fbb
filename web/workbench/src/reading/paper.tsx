// The article as it is read: real elements, a real <mark> for each claim, and nothing in them but the article's own words, so that what somebody
// selects is what is sent.
import { memo, startTransition, useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../i18n';
import { type Block, blockAt, type Text } from './model';
import { type Mark, pieces, type Stretch } from './text';

/** How many blocks are drawn at once; the rest follows when the first are seen. */
const FIRST_BLOCKS = 80;
/** From how many blocks on those out of sight are not laid out. */
const MANY_BLOCKS = 200;

interface Props {
  text: Text;
  marks: ReadonlyMap<number, Mark[]>;
  selected: string | undefined;
  language: string | null | undefined;
  names: ReadonlyMap<string, string>;
  onPick: (claims: string[], at: { x: number; y: number }) => void;
  onVisible: (first: number, last: number) => void;
  paper: React.RefObject<HTMLElement | null>;
}

export const Paper = memo(function Paper({ text, marks, selected, language, names, onPick, onVisible, paper }: Props) {
  const [limit, setLimit] = useState(FIRST_BLOCKS);
  useEffect(() => {
    setLimit(FIRST_BLOCKS);
    const frame = requestAnimationFrame(() => setTimeout(() => startTransition(() => setLimit(Infinity))));
    return () => cancelAnimationFrame(frame);
  }, [text]);
  const shown = useMemo(() => (limit >= text.blocks.length ? text.blocks : text.blocks.slice(0, limit)), [text, limit]);
  useVisible(paper, shown, onVisible);
  const many = text.blocks.length > MANY_BLOCKS;
  return (
    <article
      ref={paper}
      className={many ? 'paper many' : 'paper'}
      lang={language ?? undefined}
      dir="auto"
      tabIndex={-1}
      aria-label={t('The article')}
      onClick={(event) => {
        if (!window.getSelection()?.isCollapsed) return;
        const mark = (event.target as HTMLElement).closest<HTMLElement>('mark[data-claims]');
        if (mark?.dataset.claims) onPick(mark.dataset.claims.split(' '), { x: event.clientX, y: event.clientY });
      }}
    >
      {shown.map((block, at) => {
        const own = marks.get(at);
        return (
          <BlockView
            key={block.id}
            block={block}
            at={at}
            text={text.text}
            marks={own}
            names={own ? names : NO_NAMES}
            selected={selected && own?.some((mark) => mark.claim === selected) ? selected : undefined}
            many={many}
          />
        );
      })}
    </article>
  );
});

const NO_NAMES: ReadonlyMap<string, string> = new Map();
const TAGS = { TITLE: 'h1', HEADING: 'h2', CAPTION: 'p', PARAGRAPH: 'p', SENTENCE: 'p' } as const;

const BlockView = memo(function BlockView({ block, at, text, marks, names, selected, many }: {
  block: Block;
  at: number;
  text: string;
  marks: Mark[] | undefined;
  names: ReadonlyMap<string, string>;
  selected: string | undefined;
  many: boolean;
}) {
  const Tag = TAGS[block.kind];
  const style = many ? { containIntrinsicSize: `auto ${Math.ceil((block.end - block.start) / 66) * 30}px` } : undefined;
  return (
    <Tag className={`block ${block.kind.toLowerCase()}`} dir="auto" data-block={at} style={style}>
      {marks
        ? pieces(block, marks).map((piece) =>
            piece.marks.length === 0 ? text.slice(piece.start, piece.end) : <Marked key={piece.start} text={text} piece={piece} names={names} selected={selected} />,
          )
        : text.slice(block.start, block.end)}
    </Tag>
  );
});

function Marked({ text, piece, names, selected }: { text: string; piece: Stretch & { marks: Mark[] }; names: ReadonlyMap<string, string>; selected: string | undefined }) {
  const [top, second] = piece.marks;
  if (!top) return null;
  const claims = piece.marks.map((mark) => mark.claim);
  const begins = piece.marks.filter((mark) => mark.start === piece.start).map((mark) => names.get(mark.claim) ?? '');
  return (
    <mark
      data-claims={claims.join(' ')}
      className={`${top.look}${piece.marks.length > 1 ? ' overlap' : ''}${selected && claims.includes(selected) ? ' on' : ''}`}
      style={{ '--c': top.colour, '--c2': (second ?? top).colour } as React.CSSProperties}
      aria-description={begins.length > 0 ? begins.join('; ') : undefined}
    >
      {text.slice(piece.start, piece.end)}
    </mark>
  );
}

/** Tells which blocks can be seen. */
function useVisible(paper: React.RefObject<HTMLElement | null>, shown: Block[], onVisible: (first: number, last: number) => void) {
  const tell = useRef(onVisible);
  tell.current = onVisible;
  useEffect(() => {
    const seen = new Set<number>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const at = Number((entry.target as HTMLElement).dataset.block);
          if (entry.isIntersecting) seen.add(at);
          else seen.delete(at);
        }
        if (seen.size > 0) tell.current(Math.min(...seen), Math.max(...seen));
      },
      { rootMargin: '-60px 0px -20% 0px' },
    );
    for (const block of paper.current?.querySelectorAll('[data-block]') ?? []) observer.observe(block);
    return () => observer.disconnect();
  }, [paper, shown]);
}

/** The stretch of the article's text that is selected. Each block holds its own words and nothing else, so its text tells the offsets. */
export function selectedStretch(paper: HTMLElement, text: Text): Stretch | undefined {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  if (!paper.contains(range.commonAncestorContainer)) return undefined;
  const start = offsetOf(paper, text, range.startContainer, range.startOffset, false);
  const end = offsetOf(paper, text, range.endContainer, range.endOffset, true);
  return start === undefined || end === undefined || start >= end ? undefined : { start, end };
}

function offsetOf(paper: HTMLElement, text: Text, node: Node, offset: number, isEnd: boolean): number | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  const holder = element?.closest<HTMLElement>('[data-block]');
  if (holder) {
    const block = text.blocks[Number(holder.dataset.block)];
    if (!block) return undefined;
    const before = document.createRange();
    before.setStart(holder, 0);
    before.setEnd(node, offset);
    return block.start + before.toString().length;
  }
  // Between two blocks: the end of the one before, or the start of the one after.
  const child = node === paper ? paper.children[isEnd ? offset - 1 : offset] : undefined;
  const block = child instanceof HTMLElement ? text.blocks[Number(child.dataset.block)] : undefined;
  if (block) return isEnd ? block.end : block.start;
  return isEnd ? text.text.length : undefined;
}

/** The document's range of a stretch of the text. */
export function rangeOf(paper: HTMLElement, text: Text, { start, end }: Stretch): Range | undefined {
  const from = pointAt(paper, text, start, false);
  const to = pointAt(paper, text, end, true);
  if (!from || !to) return undefined;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

function pointAt(paper: HTMLElement, text: Text, offset: number, isEnd: boolean): [Node, number] | undefined {
  const at = blockAt(text.blocks, isEnd ? offset - 1 : offset);
  const block = text.blocks[at];
  const holder = paper.querySelector(`[data-block="${at}"]`);
  if (!block || !holder) return undefined;
  let left = Math.max(0, Math.min(offset, block.end) - block.start);
  const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node.nodeValue ?? '';
    if (left < length || (isEnd && left === length)) return [node, left];
    left -= length;
  }
  return [holder, holder.childNodes.length];
}

/** Selects a stretch, as the reader would. */
export function select(paper: HTMLElement, text: Text, stretch: Stretch) {
  const range = rangeOf(paper, text, stretch);
  const selection = window.getSelection();
  if (!range || !selection) return;
  selection.removeAllRanges();
  selection.addRange(range);
  const box = range.getBoundingClientRect();
  if (box.top < 80 || box.bottom > window.innerHeight - 120) {
    (range.startContainer.parentElement ?? paper).scrollIntoView({ block: 'center' });
  }
}

/** Shows stretches without touching the text: as the page's own highlight. */
export function highlight(name: string, ranges: Range[]) {
  if (!('highlights' in CSS)) return;
  if (ranges.length > 0) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

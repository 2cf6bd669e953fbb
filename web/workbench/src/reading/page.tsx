import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../api/client';
import { atLeast, usePlace, useViewer } from '../app/session';
import { ArticleHeadDocument, type ArticleHeadQuery, type PlacedClaimFragment } from '../gql/graphql';
import { count, day, t } from '../i18n';
import { ClaimPanel } from '../judging/panel';
import { ErrorNote, Icon, Loading, Menu, OutLink, Time, useKeys, useTitle } from '../ui/parts';
import { memory } from '../ui/store';
import type { ArticleTask } from './article-editing';
import { hintKey, MarkHint } from './legend';
import { fits, Margin, type Show } from './margin';
import { type Marking, MarkForm, markingKey, startMarking, type Twin, TwinNote } from './mark-form';
import { blockAt, readSentences, type Text, useClaims, useMarks, useText } from './model';
import { highlight, Paper, rangeOf, select, selectedStretch } from './paper';
import { type Stretch, tidy, wordEnd, wordEndBefore, wordStart, wordStartAfter } from './text';

const ArticleEditing = lazy(() => import('./article-editing'));

export default function ReadingPage() {
  const { article: id } = useParams({ strict: false }) as { article: string };
  const { data, error, reload } = useData(ArticleHeadDocument, { id });
  const article = data?.article;
  useTitle(article?.title);
  if (!article) return <main id="main" className="page">{error ? <ErrorNote error={error} retry={reload} /> : <Loading />}</main>;
  return <Reading key={article.id} article={article} />;
}

export type Head = NonNullable<ArticleHeadQuery['article']>;

function Reading({ article }: { article: Head }) {
  const { slug, role } = usePlace();
  const viewer = useViewer();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { claim?: string; show?: string };
  const { text, error } = useText(article.revision.id);
  const [claims, model] = useClaims(article.id, article.revision.id);
  const marks = useMarks(text, claims);
  const paper = useRef<HTMLElement>(null);
  const canMark = atLeast(role, 'REVIEWER') && !article.withdrawnAt;

  const show = (search.show ?? 'all') as Show;
  const claim = search.claim;
  const go = useCallback(
    (change: { claim?: string | undefined; show?: string | undefined }, replace = false) =>
      void navigate({
        to: '/n/$slug/articles/$article',
        params: { slug, article: article.id },
        search: (old) => ({ claim: old.claim, show: old.show, ...change }),
        replace,
        resetScroll: false,
      }),
    [navigate, slug, article.id],
  );
  const open = useCallback((next: string | undefined) => go({ claim: next }, !!claim), [go, claim]);

  const [selection, setSelection] = useState<Stretch>();
  const [marking, setMarking] = useState<Marking>();
  const [here, setHere] = useState<{ claims: string[]; x: number; y: number }>();
  const [sheet, setSheet] = useState(false);
  const visible = useVisibleClaims(marks);
  const [hint, setHint] = useState(() => canMark && !memory.read<boolean>(hintKey(viewer.id)));
  const dropHint = () => {
    setHint(false);
    memory.write(hintKey(viewer.id), true);
  };

  // Words that somebody was about to mark when the page was closed.
  useEffect(() => {
    const kept = memory.read<Marking>(markingKey(viewer.id, article.revision.id));
    if (kept) setMarking(kept);
  }, [viewer.id, article.revision.id]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // While the mouse is dragged nothing is offered: it would be in the way of the words.
    let dragging = false;
    const look = () => {
      clearTimeout(timer);
      if (!dragging) timer = setTimeout(() => setSelection(paper.current && text ? selectedStretch(paper.current, text) : undefined), 60);
    };
    const press = (event: PointerEvent) => {
      dragging = event.pointerType === 'mouse' && !!paper.current?.contains(event.target as Node);
      if (dragging) setSelection(undefined);
    };
    const release = () => {
      if (!dragging) return;
      dragging = false;
      look();
    };
    document.addEventListener('selectionchange', look);
    document.addEventListener('pointerdown', press);
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('pointerdown', press);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', release);
    };
  }, [text]);

  // The claim that is opened is brought into sight once its mark is drawn.
  const shownClaim = useRef<string>(undefined);
  useEffect(() => {
    if (!claim || shownClaim.current === claim || !paper.current) return;
    const found = claims.list.find((one) => one.id === claim)?.anchors[0];
    if (!found || !text) return;
    const at = blockAt(text.blocks, found.start);
    const tryIt = (left: number) => {
      const mark = paper.current?.querySelector(`mark[data-claims~="${claim}"]`) ?? paper.current?.querySelector(`[data-block="${at}"]`);
      if (mark) {
        shownClaim.current = claim;
        const box = mark.getBoundingClientRect();
        if (box.top < 90 || box.bottom > window.innerHeight - 160) mark.scrollIntoView({ block: 'center' });
      } else if (left > 0) setTimeout(() => tryIt(left - 1), 60);
    };
    tryIt(20);
  }, [claim, claims.list, text]);
  useEffect(() => {
    if (!claim) shownClaim.current = undefined;
  }, [claim]);

  // The words that are being marked are shown without touching the text.
  useEffect(() => {
    const ranges = paper.current && text ? (marking?.ranges ?? []).map((range) => rangeOf(paper.current as HTMLElement, text, range)) : [];
    highlight('marking', ranges.filter((range): range is Range => !!range));
    return () => highlight('marking', []);
  }, [marking?.ranges, text]);

  // Read from the page, not from the state, which follows a moment later: a quick reader presses the next key before.
  const selectedNow = useCallback(() => (paper.current && text ? selectedStretch(paper.current, text) : undefined), [text]);
  const begin = useCallback(() => {
    const selection = selectedNow();
    if (!text || !selection || !canMark) return;
    if (marking) {
      const range = tidy(text.text, selection);
      const apart = range && marking.ranges.every((other) => other.end <= range.start || other.start >= range.end);
      if (range && apart) setMarking({ ...marking, ranges: [...marking.ranges, range].sort((a, b) => a.start - b.start) });
    } else setMarking(startMarking(text, selection));
    window.getSelection()?.removeAllRanges();
    setSheet(false);
  }, [text, selectedNow, canMark, marking]);

  useReadingKeys({ text, paper, selectedNow, begin, claims: claims.list.filter((one) => fits(one, show)), claim, open, here: () => setHere(undefined), article });

  const names = useMemo(() => new Map(claims.list.map((one) => [one.id, one.statement])), [claims.list]);
  const pick = useCallback(
    (ids: string[], at: { x: number; y: number }) => {
      if (ids.length === 1) open(ids[0]);
      else setHere({ claims: ids, ...at });
    },
    [open],
  );
  const cancelMarking = () => {
    setMarking(undefined);
    memory.write(markingKey(viewer.id, article.revision.id), undefined);
  };
  const [twins, setTwins] = useState<{ claim: string; list: Twin[] }>();
  const marked = (claim: PlacedClaimFragment, duplicates: Twin[]) => {
    setMarking(undefined);
    dropHint();
    setTwins(duplicates.length > 0 ? { claim: claim.id, list: duplicates } : undefined);
    model.put(claim);
    go({ claim: claim.id });
  };
  const panel = marking && text ? (
    <MarkForm article={article} text={text} viewer={viewer.id} marking={marking} onChange={setMarking} onDone={marked} onCancel={cancelMarking} claims={claims.list} />
  ) : claim ? (
    <ClaimPanel
      key={claim}
      id={claim}
      onClose={() => open(undefined)}
      onChanged={(changed) => model.put(changed)}
      text={text}
      selection={selection}
      revision={article.revision.number}
      notice={twins?.claim === claim && twins && (
        <TwinNote twins={twins.list} article={article.id}>
          <p>{t('If both say the same, withdraw one of them, so that nobody judges it twice.')}</p>
          <button type="button" onClick={() => setTwins(undefined)}>{t('Keep both')}</button>
        </TwinNote>
      )}
    />
  ) : null;
  return (
    <main id="main" className={`reading${panel ? ' with-panel' : ''}${sheet ? ' with-sheet' : ''}`}>
      <div className="reading-text">
        <ArticleTools article={article} />
        {article.withdrawnAt && (
          <div className="note warn withdrawn-article">
            <p>
              <strong>{t('This article is withdrawn.')}</strong> <Time at={article.withdrawnAt} />
            </p>
            <p dir="auto">{article.withdrawnReason}</p>
          </div>
        )}
        {error && <ErrorNote error={error} />}
        {claims.error && <ErrorNote error={claims.error} retry={() => void model.load()} />}
        {hint && canMark && text && <MarkHint onClose={dropHint} />}
        {text ? (
          <Paper text={text} marks={marks} selected={claim} language={article.language} names={names} onPick={pick} onVisible={visible.tell} paper={paper} />
        ) : (
          !error && <Loading />
        )}
      </div>
      <aside className="reading-list">
        <Margin
          claims={claims.list}
          complete={claims.complete}
          show={show}
          onShow={(next) => go({ show: next === 'all' ? undefined : next }, true)}
          selected={claim}
          visible={visible.claims}
          onOpen={(next) => {
            setSheet(false);
            open(next);
          }}
          canMark={canMark}
        />
      </aside>
      {panel && <aside className="reading-panel">{panel}</aside>}
      <SelectionBar selection={canMark ? selection : undefined} paper={paper} text={text} marking={!!marking} onMark={begin} />
      <button type="button" className="sheet-button" onClick={() => setSheet(!sheet)} aria-expanded={sheet}>
        <Icon name={sheet ? 'close' : 'claim'} />
        {sheet ? t('Back to the text') : count(claims.list.length, 'One claim', '{n} claims')}
      </button>
      {here && (
        <HereList
          at={here}
          claims={claims.list.filter((one) => here.claims.includes(one.id))}
          onOpen={(next) => {
            setHere(undefined);
            open(next);
          }}
          onClose={() => setHere(undefined)}
        />
      )}
    </main>
  );
}

function ArticleTools({ article }: { article: Head }) {
  const { slug, role } = usePlace();
  const [task, setTask] = useState<ArticleTask>();
  const facts = [article.publisher, article.author, article.publishedAt && day(article.publishedAt)].filter(Boolean) as string[];
  return (
    <div className="article-tools">
      <p>
        {facts.map((fact) => (
          <bdi key={fact}>{fact}</bdi>
        ))}
        {article.url && <OutLink url={article.url}>{t('Original')}</OutLink>}
      </p>
      <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: article.id }} className="button quiet-button">
        {t('Revision {number}', { number: article.revision.number })}
      </Link>
      {atLeast(role, 'EDITOR') && (
        <Menu label={t('More about the article')} text={<Icon name="more" />}>
          {(close) => (
            <>
              {!article.withdrawnAt && <button type="button" onClick={() => { close(); setTask('facts'); }}>{t('Edit what is known of it')}</button>}
              {article.withdrawnAt ? (
                <button type="button" onClick={() => { close(); setTask('restore'); }}>{t('Restore the article')}</button>
              ) : (
                <button type="button" onClick={() => { close(); setTask('withdraw'); }}>{t('Withdraw the article')}</button>
              )}
            </>
          )}
        </Menu>
      )}
      <Suspense fallback={null}>{task && <ArticleEditing article={article} task={task} onClose={() => setTask(undefined)} />}</Suspense>
    </div>
  );
}

/** Which claims have words in the blocks that can be seen. */
function useVisibleClaims(marks: ReadonlyMap<number, { claim: string }[]>) {
  const [[first, last], setBlocks] = useState<[number, number]>([0, 0]);
  const tell = useCallback((from: number, to: number) => setBlocks((old) => (old[0] === from && old[1] === to ? old : [from, to])), []);
  const claims = useMemo(() => {
    const seen = new Set<string>();
    for (let at = first; at <= last; at += 1) for (const mark of marks.get(at) ?? []) seen.add(mark.claim);
    return seen;
  }, [marks, first, last]);
  return { claims, tell };
}

/** Offers to mark what is selected: beside the words, or at the foot of a small screen. */
function SelectionBar({ selection, paper, text, marking, onMark }: {
  selection: Stretch | undefined;
  paper: React.RefObject<HTMLElement | null>;
  text: Text | undefined;
  marking: boolean;
  onMark: () => void;
}) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = () => {
      const range = selection && paper.current && text && rangeOf(paper.current, text, selection);
      if (!bar.current || !range) return;
      const rects = range.getClientRects();
      const box = rects[rects.length - 1] ?? range.getBoundingClientRect();
      bar.current.style.top = `${Math.min(window.innerHeight - 60, Math.max(64, box.bottom + 8))}px`;
      bar.current.style.left = `${Math.max(8, Math.min(window.innerWidth - 240, box.left + box.width / 2 - 90))}px`;
    };
    place();
    window.addEventListener('scroll', place, { passive: true });
    return () => window.removeEventListener('scroll', place);
  }, [selection, paper, text]);
  if (!selection) return null;
  return (
    // The press must not take the selection away before it is read.
    <div ref={bar} className="selection-bar" onMouseDown={(event) => event.preventDefault()}>
      <button type="button" className="primary" onClick={onMark} aria-keyshortcuts="m">
        <Icon name="mark" />
        {marking ? t('Add these words') : t('Mark as a claim')}
        <kbd>m</kbd>
      </button>
    </div>
  );
}

/** The claims that stand on the same words. */
function HereList({ at, claims, onOpen, onClose }: { at: { x: number; y: number }; claims: PlacedClaimFragment[]; onOpen: (claim: string) => void; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    box.current.style.top = `${Math.min(at.y + 12, window.innerHeight - 220)}px`;
    box.current.style.left = `${Math.max(8, Math.min(at.x - 40, window.innerWidth - 340))}px`;
    box.current.querySelector('button')?.focus({ preventScroll: true });
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    const timer = setTimeout(() => document.addEventListener('click', away));
    return () => {
      clearTimeout(timer);
      document.removeEventListener('click', away);
    };
  }, [at, onClose]);
  return (
    <div ref={box} className="here-list" role="group" aria-label={t('Claims on these words')} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <p className="quiet">{t('Claims on these words')}</p>
      {claims.map((claim) => (
        <button key={claim.id} type="button" onClick={() => onOpen(claim.id)} dir="auto">
          {claim.statement}
        </button>
      ))}
    </div>
  );
}

function useReadingKeys({ text, paper, selectedNow, begin, claims, claim, open, here, article }: {
  text: Text | undefined;
  paper: React.RefObject<HTMLElement | null>;
  selectedNow: () => Stretch | undefined;
  begin: () => void;
  claims: PlacedClaimFragment[];
  claim: string | undefined;
  open: (claim: string | undefined) => void;
  here: () => void;
  article: Head;
}) {
  const sentence = async (forward: boolean) => {
    if (!text || !paper.current) return;
    const all = await readSentences(article.revision.id);
    if (!paper.current) return;
    const selection = selectedNow();
    const from = selection ? (forward ? selection.end : selection.start) : firstVisible(paper.current, text);
    const next = forward ? all.find((one) => one.start >= from) : all.findLast((one) => one.end <= from);
    const found = next && tidy(text.text, next);
    if (found && paper.current) select(paper.current, text, found);
  };
  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || !text || !paper.current) return;
    const selection = selectedNow();
    const take = (stretch: Stretch) => {
      event.preventDefault();
      if (stretch.start < stretch.end && paper.current) select(paper.current, text, stretch);
    };
    const at = claims.findIndex((one) => one.id === claim);
    switch (event.key) {
      case 'j':
      case 'k': {
        const next = claims[event.key === 'j' ? at + 1 : at < 0 ? claims.length - 1 : at - 1];
        if (next) open(next.id);
        break;
      }
      case 's':
      case 'S':
        event.preventDefault();
        void sentence(event.key === 's');
        break;
      case 'm':
        if (selection) {
          event.preventDefault();
          begin();
        }
        break;
      case 'Escape':
        here();
        if (selection) window.getSelection()?.removeAllRanges();
        else if (claim) open(undefined);
        break;
      case 'ArrowRight':
        if (selection && event.altKey) take({ ...selection, start: wordStartAfter(text.text, selection.start) });
        else if (selection && event.shiftKey) take({ ...selection, end: wordEnd(text.text, selection.end) });
        break;
      case 'ArrowLeft':
        if (selection && event.altKey) take({ ...selection, start: wordStart(text.text, selection.start) });
        else if (selection && event.shiftKey) take({ ...selection, end: wordEndBefore(text.text, selection.end) });
        break;
    }
  });
}

/** Where the text that can be seen begins. */
function firstVisible(paper: HTMLElement, text: Text): number {
  for (const holder of paper.querySelectorAll<HTMLElement>('[data-block]')) {
    if (holder.getBoundingClientRect().bottom > 90) return text.blocks[Number(holder.dataset.block)]?.start ?? 0;
  }
  return 0;
}

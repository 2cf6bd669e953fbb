import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useData } from '../api/client';
import type { ApiError } from '../api/errors';
import { atLeast, usePlace, useViewer } from '../app/session';
import { ArticleHeadDocument, type ArticleHeadQuery, type PlacedClaimFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { ClaimPanel } from '../judging/panel';
import { Empty, ErrorNote, Icon, Loading, Time, useTitle } from '../ui/parts';
import { memory } from '../ui/store';
import { ArticleTools } from './article-tools';
import { useReadingKeys } from './keys';
import { hintKey, MarkHint } from './legend';
import { fits, Margin, type Show } from './margin';
import { type Marking, MarkForm, markingKey, startMarking, type Twin, TwinNote } from './mark-form';
import { useClaims, useMarks, useText } from './model';
import { highlight, Paper, rangeOf, selectedStretch } from './paper';
import { SelectionBar, useSelection } from './selection';
import { HereList, useInSight, useVisibleClaims } from './sight';
import { tidy } from './text';

export default function ReadingPage() {
  const { article: id } = useParams({ strict: false }) as { article: string };
  const { data, error, reload } = useData(ArticleHeadDocument, { id });
  const article = data?.article;
  useTitle(article?.title);
  if (!article) return <main id="main" className="page">{error ? isUnknown(error) ? <Unknown /> : <ErrorNote error={error} retry={reload} /> : <Loading />}</main>;
  return <Reading key={article.id} article={article} />;
}

/** Whether an address names no article: it is mistyped, or the article is in another newsroom. */
const isUnknown = (error: ApiError) => error.code === 'NOT_FOUND' || error.field === 'id';

function Unknown() {
  const { slug } = usePlace();
  return (
    <Empty title={t('There is no such article in this newsroom.')}>
      <p>{t('The address may be cut off or mistyped.')}</p>
      <Link className="button" to="/n/$slug/articles" params={{ slug }}>{t('Go to the articles')}</Link>
    </Empty>
  );
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

  const selection = useSelection(paper, text);
  useInSight(claim, claims.list, text, paper);
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

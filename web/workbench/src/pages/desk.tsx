import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { pulse, run, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import type { ClaimsSearch, DeskSearch } from '../app/search';
import { atLeast, usePlace } from '../app/session';
import {
  ArticlesDocument,
  DeskPeriodDocument,
  type DeskPeriodQuery,
  DeskReviewerDocument,
  DeskStatesDocument,
  DeskSummaryDocument,
  ReviewersDocument,
  RulingsDocument,
  type SummedFragment,
} from '../gql/graphql';
import { count, language, locale, number, percent, t } from '../i18n';
import { ErrorNote, Loading, RatingChip, useTitle } from '../ui/parts';
import { useStore } from '../ui/store';
import { FilterText } from './articles';
import { Bars, Chart, Columns } from './chart';

const startOf = (date: string | undefined) => (date ? new Date(`${date}T00:00:00`).toISOString() : null);
const endOf = (date: string | undefined) => (date ? new Date(new Date(`${date}T00:00:00`).getTime() + 86_400_000).toISOString() : null);

/** What the newsroom's checks come to. Each figure leads to the claims behind it; each picture has its table. */
export default function Desk() {
  const { slug } = usePlace();
  const filters = useSearch({ strict: false }) as DeskSearch;
  const navigate = useNavigate();
  useTitle(t('Figures'));
  const set = (change: DeskSearch) => void navigate({ to: '/n/$slug/desk', params: { slug }, search: { ...filters, ...change }, replace: true });
  const variables = { slug, since: startOf(filters.since), until: endOf(filters.until), tag: filters.tag ?? null, claimant: filters.claimant ?? null };
  const { data, error, reload } = useData(DeskSummaryDocument, variables);
  const { data: states } = useData(DeskStatesDocument, { slug });
  const summary = data?.newsroom?.summary;
  const date = (label: string, name: 'since' | 'until') => (
    <label className="filter">
      <span>{label}</span>
      <input type="date" value={filters[name] ?? ''} onChange={(event) => set({ [name]: event.target.value || undefined })} />
    </label>
  );
  return (
    <main id="main" className="page broad">
      <h1>{t('Figures')}</h1>
      <div className="filters" role="search">
        {date(t('Claims marked since'), 'since')}
        {date(t('Until'), 'until')}
        <FilterText label={t('Tag')} value={filters.tag} onChange={(tag) => set({ tag: tag || undefined })} short />
        <FilterText label={t('Claimant')} value={filters.claimant} onChange={(claimant) => set({ claimant: claimant || undefined })} />
      </div>
      {!summary ? error ? <ErrorNote error={error} retry={reload} /> : <Loading /> : <Summed summary={summary} filters={filters} states={states?.newsroom} />}
    </main>
  );
}

type States = NonNullable<ReturnType<typeof useStates>>;
const useStates = () => useData(DeskStatesDocument, { slug: '' }).data?.newsroom;

function Summed({ summary, filters, states }: { summary: SummedFragment; filters: DeskSearch; states: States | null | undefined }) {
  const { slug, role } = usePlace();
  const card = (label: string, value: number, search: ClaimsSearch | undefined, to: '/n/$slug/claims' | '/n/$slug/articles' | '/n/$slug/sources' = '/n/$slug/claims') =>
    search ? (
      <Link key={label} className="figure-card" to={to} params={{ slug }} search={search as object}>
        <b>{number(value)}</b>
        <span>{label}</span>
      </Link>
    ) : (
      <div key={label} className="figure-card">
        <b>{number(value)}</b>
        <span>{label}</span>
      </div>
    );
  const narrowed = { ...(filters.tag ? { tag: filters.tag } : {}), ...(filters.claimant ? { claimant: filters.claimant } : {}) };
  return (
    <>
      <div className="figures">
        {card(count(summary.articleCount, 'article', 'articles'), summary.articleCount, {}, '/n/$slug/articles')}
        {card(count(summary.claimCount, 'claim', 'claims'), summary.claimCount, narrowed)}
        {card(count(summary.judgedClaimCount, 'claim judged', 'claims judged'), summary.judgedClaimCount, { ...narrowed, state: ['IN_REVIEW', 'READY', 'PUBLISHED'] })}
        {card(count(summary.verdictCount, 'verdict', 'verdicts'), summary.verdictCount, { ...narrowed, state: ['IN_REVIEW', 'READY', 'PUBLISHED'] })}
        {card(count(summary.disputedClaimCount, 'claim on which reviewers differ', 'claims on which reviewers differ'), summary.disputedClaimCount, { ...narrowed, disputed: true })}
        {card(count(summary.staleClaimCount, 'claim whose words changed', 'claims whose words changed'), summary.staleClaimCount, { ...narrowed, stale: true })}
        {card(count(summary.unsourcedVerdictCount, 'verdict without a source', 'verdicts without a source'), summary.unsourcedVerdictCount, { ...narrowed, unsourced: true })}
        {card(count(summary.sourceCount, 'different source', 'different sources'), summary.sourceCount, {}, '/n/$slug/sources')}
        {card(count(summary.changedAfterReadingCount, 'rating changed after reading others', 'ratings changed after reading others'), summary.changedAfterReadingCount, undefined)}
      </div>
      {summary.hiddenVerdictCount > 0 && (
        <p className="note">{count(summary.hiddenVerdictCount, 'Blind review hides one verdict from you. It is not in the figures below.', 'Blind review hides {n} verdicts from you. They are not in the figures below.')}</p>
      )}
      {(filters.since || filters.until) && <p className="hint">{t('The lists behind the figures are not limited to this time.')}</p>}
      <div className="charts">
        <Ratings summary={summary} search={narrowed} />
        <Progress states={states} />
        <OverTime filters={filters} />
        <Agreement summary={summary} />
        <TimeToRuling />
        {atLeast(role, 'EDITOR') && <Workload />}
        <Coverage />
      </div>
    </>
  );
}

function Ratings({ summary, search }: { summary: SummedFragment; search: ClaimsSearch }) {
  const { slug } = usePlace();
  const scales = new Set(summary.verdictCounts.map((one) => one.ratingScale.number)).size;
  return (
    <Chart
      title={t('Verdicts by rating')}
      columns={[t('Rating'), t('Scale'), t('Verdicts')]}
      rows={summary.verdictCounts.map((one) => [one.rating.label, one.ratingScale.number, one.count])}
      note={scales > 1 ? t('The newsroom replaced its scale. Ratings of each are counted apart.') : undefined}
    >
      <Bars
        bars={summary.verdictCounts.map((one) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={{ ...search, rating: [one.rating.key] }}>
              <RatingChip rating={one.rating} small />
            </Link>
          ),
          value: one.count,
          colour: one.rating.colour,
        }))}
      />
    </Chart>
  );
}

function Progress({ states }: { states: States | null | undefined }) {
  const { slug } = usePlace();
  if (!states) return null;
  const rows: [string, number, string, string][] = [
    [t('Open'), states.open.totalCount, 'OPEN', 'var(--mark-open)'],
    [t('In review'), states.inReview.totalCount, 'IN_REVIEW', 'var(--mark-review)'],
    [t('Ready'), states.ready.totalCount, 'READY', 'var(--mark-ready)'],
    [t('Published'), states.published.totalCount, 'PUBLISHED', 'var(--good)'],
  ];
  return (
    <Chart title={t('How far checks have come')} columns={[t('State'), t('Claims')]} rows={rows.map(([label, value]) => [label, value])} note={t('All claims of the newsroom.')}>
      <Bars
        bars={rows.map(([label, value, state, colour]) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={{ state: [state] }}>
              {label}
            </Link>
          ),
          value,
          colour,
        }))}
      />
    </Chart>
  );
}

/** Reads several answers, and again whenever something changed. */
function useMany<T>(key: string, read: () => Promise<T>): { data: T | undefined; error: ApiError | undefined } {
  const beat = useStore(pulse);
  const [state, setState] = useState<{ data?: T; error?: ApiError }>({});
  useEffect(() => {
    let here = true;
    read().then(
      (data) => here && setState({ data }),
      (error: ApiError) => here && setState((old) => ({ ...old, error })),
    );
    return () => {
      here = false;
    };
    // `key` stands for everything that `read` uses.
  }, [key, beat]);
  return { data: state.data, error: state.error };
}

function OverTime({ filters }: { filters: DeskSearch }) {
  const { slug } = usePlace();
  useStore(language);
  const { data, error } = useMany(JSON.stringify([slug, filters]), () =>
    Promise.all(
      stretches(filters).map(async ({ from, to }) => {
        const { newsroom } = await run(DeskPeriodDocument, { slug, since: from.toISOString(), until: to.toISOString(), tag: filters.tag ?? null, claimant: filters.claimant ?? null });
        return { from, to, summary: newsroom?.summary };
      }),
    ),
  );
  if (!data) return error ? <ErrorNote error={error} /> : null;
  const long = data.length > 1 && (data[0] as { from: Date; to: Date }).to.getTime() - (data[0] as { from: Date }).from.getTime() > 20 * 86_400_000;
  const name = new Intl.DateTimeFormat(locale(), long ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' });
  type Counted = NonNullable<NonNullable<DeskPeriodQuery['newsroom']>['summary']>['verdictCounts'][number];
  const seen = new Map<string, Counted['rating']>();
  for (const one of data) for (const counted of one.summary?.verdictCounts ?? []) seen.set(counted.rating.id, counted.rating);
  const ratings = [...seen.values()];
  const value = (one: (typeof data)[number], id: string) => one.summary?.verdictCounts.find((counted) => counted.rating.id === id)?.count ?? 0;
  const columns = data.map((one) => ({ name: name.format(one.from), parts: ratings.map((rating) => ({ label: rating.label, value: value(one, rating.id), colour: rating.colour })) }));
  return (
    <Chart
      title={t('Ratings over time')}
      columns={[t('From'), t('Claims'), ...ratings.map((rating) => rating.label)]}
      rows={data.map((one) => [name.format(one.from), one.summary?.claimCount ?? 0, ...ratings.map((rating) => value(one, rating.id))])}
      note={t('Verdicts on claims, by when the claims were marked.')}
    >
      <Columns columns={columns} label={t('Ratings over time')} />
      <div className="legend">
        {ratings.map((rating) => (
          <RatingChip key={rating.id} rating={rating} small />
        ))}
      </div>
    </Chart>
  );
}

/** Eight stretches of time: of weeks, or of the time that is chosen. */
function stretches({ since, until }: DeskSearch): { from: Date; to: Date }[] {
  const end = until ? new Date(endOf(until) as string) : tomorrow();
  const start = since ? new Date(startOf(since) as string) : new Date(end.getTime() - 8 * 7 * 86_400_000);
  const step = Math.max(86_400_000, (end.getTime() - start.getTime()) / 8);
  const list: { from: Date; to: Date }[] = [];
  for (let at = start.getTime(); at < end.getTime() && list.length < 8; at += step) list.push({ from: new Date(at), to: new Date(Math.min(at + step, end.getTime())) });
  return list;
}

function tomorrow(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}

/** With fewer claims than this, one more verdict can turn the figure around. */
const FEW = 10;

function Agreement({ summary }: { summary: SummedFragment }) {
  const { agreement } = summary;
  const alpha = agreement.alphaOrdinal ?? agreement.alphaNominal;
  const meaning =
    alpha === null || alpha === undefined
      ? agreement.undefinedReason === 'ONE_CATEGORY'
        ? t('Every rating is the same, so agreement cannot be told from a scale that nobody uses.')
        : t('No claim has two verdicts that could agree or differ yet.')
      : agreement.unitCount < FEW
        ? count(agreement.unitCount, 'Only one claim has two verdicts or more. That is too few to say how well reviewers agree.', 'Only {n} claims have two verdicts or more. That is too few to say how well reviewers agree.')
      : alpha >= 0.8
        ? t('Reviewers agree: their ratings can be relied on.')
        : alpha >= 0.667
          ? t('Reviewers agree mostly: draw careful conclusions.')
          : alpha > 0
            ? t('Reviewers agree little: the scale or the instructions may be read in different ways.')
            : t('Reviewers agree no more than by chance.');
  const rows: (string | number)[][] = [];
  if (typeof agreement.observedAgreement === 'number') rows.push([t('Pairs of ratings that are the same'), percent(agreement.observedAgreement)]);
  if (typeof agreement.alphaNominal === 'number') rows.push([t('Alpha, same or different'), agreement.alphaNominal]);
  if (typeof agreement.alphaOrdinal === 'number') rows.push([t('Alpha, by distance on the scale'), agreement.alphaOrdinal]);
  rows.push([t('Claims with two verdicts or more'), agreement.unitCount], [t('Reviewers'), agreement.raterCount]);
  if (agreement.leftOut > 0) rows.push([t('Verdicts of older scales, left out'), agreement.leftOut]);
  return (
    <Chart title={t('Agreement among reviewers')} columns={[t('Figure'), t('Value')]} rows={rows} note={meaning}>
      <svg className="picture" viewBox="0 0 400 46" role="img" aria-label={typeof alpha === 'number' ? t('Alpha is {alpha}, on a scale from 0, chance, to 1, perfect.', { alpha: number(alpha, 2) }) : meaning}>
        <rect x="8" y="14" width="384" height="8" rx="4" fill="var(--line)" />
        <rect x={8 + 384 * 0.667} y="14" width={384 * 0.133} height="8" fill="var(--warn)" opacity="0.5" />
        <rect x={8 + 384 * 0.8} y="14" width={384 * 0.2} height="8" rx="4" fill="var(--good)" opacity="0.6" />
        {typeof alpha === 'number' && <circle cx={8 + 384 * Math.max(0, Math.min(1, alpha))} cy="18" r="8" fill="var(--accent)" stroke="var(--sheet)" strokeWidth="2" />}
        <text x="8" y="42">{t('0, chance')}</text>
        <text x="392" y="42" textAnchor="end">{t('1, perfect')}</text>
      </svg>
      <dl>
        {rows.map(([label, value]) => (
          <div key={label} className="section-head">
            <dt className="quiet">{label}</dt>
            <dd>{typeof value === 'number' ? number(value, 2) : value}</dd>
          </div>
        ))}
      </dl>
    </Chart>
  );
}

function TimeToRuling() {
  const { slug } = usePlace();
  const { data } = useData(RulingsDocument, { slug, first: 100, after: null });
  const rulings = data?.newsroom?.rulings;
  if (!rulings) return null;
  const days = rulings.nodes
    .flatMap((ruling) => (ruling.claim ? [(new Date(ruling.publishedAt).getTime() - new Date(ruling.claim.markedAt).getTime()) / 86_400_000] : []))
    .sort((a, b) => a - b);
  const median = days.length === 0 ? undefined : ((days[(days.length - 1) >> 1] as number) + (days[days.length >> 1] as number)) / 2;
  const groups: [string, (n: number) => boolean][] = [
    [t('within a day'), (n) => n < 1],
    [t('within three days'), (n) => n >= 1 && n < 3],
    [t('within a week'), (n) => n >= 3 && n < 7],
    [t('within a month'), (n) => n >= 7 && n < 30],
    [t('later'), (n) => n >= 30],
  ];
  const rows = groups.map(([label, fits]): [string, number] => [label, days.filter(fits).length]);
  return (
    <Chart
      title={t('From mark to ruling')}
      columns={[t('Time'), t('Rulings')]}
      rows={days.length === 0 ? [] : rows}
      note={
        <>
          {median !== undefined &&
            (median < 1
              ? count(Math.max(1, Math.ceil(median * 24)), 'Half of the rulings come within one hour.', 'Half of the rulings come within {n} hours.')
              : count(Math.ceil(median), 'Half of the rulings come within one day.', 'Half of the rulings come within {n} days.'))}{' '}
          <Link to="/n/$slug/rulings" params={{ slug }}>{t('All rulings')}</Link>{' '}
          {rulings.totalCount > rulings.nodes.length && t('Of the newest {n} rulings.', { n: rulings.nodes.length })}
        </>
      }
    >
      <Bars bars={rows.map(([name, value]) => ({ name, value }))} />
    </Chart>
  );
}

const WAITING = ['OPEN', 'IN_REVIEW', 'READY'] as const;

function Workload() {
  const { slug } = usePlace();
  const { data: people } = useData(ReviewersDocument, { slug });
  const reviewers = (people?.newsroom?.reviewers ?? []).slice(0, 30);
  const { data } = useMany(JSON.stringify([slug, reviewers.map((person) => person.id)]), () =>
    Promise.all(
      reviewers.map(async (person) => {
        const { newsroom } = await run(DeskReviewerDocument, {
          slug,
          waiting: { assignedTo: person.id, notReviewedBy: person.id, states: [...WAITING] },
          judged: { reviewedBy: person.id },
        });
        return { person, waiting: newsroom?.waiting.totalCount ?? 0, judged: newsroom?.judged.totalCount ?? 0 };
      }),
    ),
  );
  if (!people || !data || data.length !== reviewers.length) return null;
  return (
    <Chart title={t('Workload by reviewer')} columns={[t('Reviewer'), t('Asked, not judged yet'), t('Claims judged')]} rows={data.map((one) => [one.person.displayName, one.waiting, one.judged])}>
      <Bars
        bars={data.map((one) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={{ reviewer: one.person.id }}>
              <bdi>{one.person.displayName}</bdi>
            </Link>
          ),
          value: one.judged,
          text: (
            <>
              {count(one.judged, 'one judged', '{n} judged')},{' '}
              <Link to="/n/$slug/claims" params={{ slug }} search={{ assigned: one.person.id, state: [...WAITING] }}>
                {count(one.waiting, 'one waits', '{n} wait')}
              </Link>
            </>
          ),
        }))}
      />
    </Chart>
  );
}

function Coverage() {
  const { slug } = usePlace();
  const { data } = useData(ArticlesDocument, { slug, filter: null, order: 'NEWEST_FIRST', first: 20, after: null });
  const articles = data?.newsroom?.articles.nodes;
  if (!articles) return null;
  return (
    <Chart
      span
      title={t('Coverage of the newest articles')}
      columns={[t('Article'), t('Claims'), t('Judged'), t('Verdicts'), t('Disputed')]}
      rows={articles.map(({ title, summary }) => [title, summary.claimCount, summary.judgedClaimCount, summary.verdictCount, summary.disputedClaimCount])}
    >
      <Bars
        bars={articles.map(({ id, title, summary }) => ({
          name: (
            <Link to="/n/$slug/articles/$article" params={{ slug, article: id }} search={{}}>
              <bdi>{title.length > 70 ? `${title.slice(0, 70)}…` : title}</bdi>
            </Link>
          ),
          value: summary.judgedClaimCount,
          whole: summary.claimCount,
          text: summary.claimCount === 0 ? t('No claims yet') : t('{judged} of {all} judged', { judged: summary.judgedClaimCount, all: summary.claimCount }),
        }))}
      />
    </Chart>
  );
}

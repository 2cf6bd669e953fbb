// The pictures of the figures that need more than the summary.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useData } from '../api/client';
import type { ApiError } from '../api/errors';
import type { ClaimsSearch, DeskSearch, RulingsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { ArticlesDocument, type ClaimFilter, type CountedFragment, DeskPeriodsDocument, DeskReviewersDocument, DeskStretchesDocument, DeskTimeDocument, DeskWaitingDocument, type DeskWaitingQueryVariables, ReviewersDocument, type RulingFilter, type SummedFragment } from '../gql/graphql';
import { count, day, language, locale, number, percent, t } from '../i18n';
import { ErrorNote, RatingChip } from '../ui/parts';
import { useStore } from '../ui/store';
import { Bars, Chart, Columns, useWidth } from './chart';
import { Debts, OVERDUE, useOverdue, WAITING } from './overdue';
import { endOf, span, startOf } from './period';
import { rulingFilter } from './rulings';

/** It is there only while something is overdue. */
export function Overdue() {
  const { slug } = usePlace();
  const { debts, claims } = useOverdue(50);
  if (debts.length === 0) return null;
  return (
    <Chart
      span
      title={t('Overdue verdicts')}
      columns={[t('Reviewer'), t('Claim'), t('Due')]}
      rows={debts.map(({ claim, reviewer, dueAt }) => [reviewer.displayName, claim.statement, day(dueAt)])}
      note={<Link to="/n/$slug/claims" params={{ slug }} search={OVERDUE}>{count(claims, 'One claim waits for a verdict that is overdue.', '{n} claims wait for verdicts that are overdue.')}</Link>}
    >
      <Debts debts={debts} />
    </Chart>
  );
}

interface Stretch {
  from: Date;
  to: Date;
  summary: CountedFragment;
}

const DAY_MS = 86_400_000;
const WEEKS = 8;

/** Verdicts by when the claims were marked: one request for all stretches of time. Undefined until they are read. */
function useStretches({ since, until, tag, claimant }: DeskSearch): { stretches: Stretch[] | undefined; error: ApiError | undefined } {
  const { slug } = usePlace();
  const chosen = { since: startOf(since), until: endOf(until) };
  const days = ((chosen.until ? new Date(chosen.until) : tomorrow()).getTime() - (chosen.since ? new Date(chosen.since).getTime() : 0)) / DAY_MS;
  const [groupBy, first]: ['DAY' | 'WEEK' | 'MONTH', number] = !chosen.since ? ['WEEK', WEEKS] : days <= 14 ? ['DAY', 14] : days <= 120 ? ['WEEK', 18] : ['MONTH', 24];
  const isNarrow = Boolean(tag || claimant);
  const periods = useData(DeskPeriodsDocument, { slug, groupBy, first, ...chosen }, { pause: isNarrow });
  const [t0, t1, t2, t3, t4, t5, t6, t7, t8] = edges({ since, until }) as [string, string, string, string, string, string, string, string, string];
  const narrow = useData(DeskStretchesDocument, { slug, tag: tag ?? null, claimant: claimant ?? null, t0, t1, t2, t3, t4, t5, t6, t7, t8 }, { pause: !isNarrow });
  if (!isNarrow) {
    const nodes = periods.data?.newsroom?.summaries.nodes;
    return { stretches: nodes && [...nodes].reverse().map(({ since: from, until: to, summary }) => ({ from: new Date(from ?? 0), to: new Date(to ?? Date.now()), summary })), error: periods.error };
  }
  const found = narrow.data?.newsroom;
  const all = found && [found.p0, found.p1, found.p2, found.p3, found.p4, found.p5, found.p6, found.p7];
  const ends = [t0, t1, t2, t3, t4, t5, t6, t7, t8];
  return { stretches: all?.map((summary, at) => ({ from: new Date(ends[at] as string), to: new Date(ends[at + 1] as string), summary })), error: narrow.error };
}

/** The ends of eight stretches of time: of weeks, or of the time that is chosen. */
function edges({ since, until }: DeskSearch): string[] {
  const end = until ? new Date(endOf(until) as string) : tomorrow();
  const start = since ? new Date(startOf(since) as string) : new Date(end.getTime() - WEEKS * 7 * DAY_MS);
  const step = Math.max(3_600_000, (end.getTime() - start.getTime()) / WEEKS);
  return Array.from({ length: WEEKS + 1 }, (_, at) => new Date(start.getTime() + at * step).toISOString());
}

function tomorrow(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}

export function OverTime({ filters }: { filters: DeskSearch }) {
  const { slug } = usePlace();
  useStore(language);
  const { stretches: data, error } = useStretches(filters);
  if (!data) return error ? <ErrorNote error={error} /> : null;
  const longest = Math.max(0, ...data.map(({ from, to }) => to.getTime() - from.getTime()));
  // The server's periods are of UTC.
  const isUtc = !filters.tag && !filters.claimant;
  const name = new Intl.DateTimeFormat(locale(), { ...(longest > 20 * DAY_MS ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' }), ...(isUtc ? { timeZone: 'UTC' } : {}) });
  type Counted = CountedFragment['verdictCounts'][number];
  const seen = new Map<string, Counted['rating']>();
  for (const one of data) for (const counted of one.summary.verdictCounts) seen.set(counted.rating.id, counted.rating);
  const ratings = [...seen.values()];
  const value = (one: (typeof data)[number], id: string) => one.summary.verdictCounts.find((counted) => counted.rating.id === id)?.count ?? 0;
  const behind = (one: (typeof data)[number], more: ClaimsSearch): ClaimsSearch => ({ ...filters, since: one.from.toISOString(), until: one.to.toISOString(), ...more });
  const columns = data.map((one) => {
    const judged = one.summary.verdictCounts.reduce((sum, counted) => sum + counted.count, 0);
    return {
      name: name.format(one.from),
      label: `${name.format(one.from)}: ${count(judged, 'one verdict', '{n} verdicts')}`,
      search: behind(one, { judged: true }),
      parts: ratings.map((rating) => ({ label: rating.label, value: value(one, rating.id), colour: rating.colour, search: behind(one, { given: [rating.id] }) })),
    };
  });
  return (
    <Chart
      title={t('Ratings over time')}
      columns={[t('From'), t('Claims'), ...ratings.map((rating) => rating.label)]}
      rows={data.map((one) => [name.format(one.from), one.summary.claimCount, ...ratings.map((rating) => value(one, rating.id))])}
      link={(row, column) => (column === 0 ? undefined : behind(data[row] as (typeof data)[number], column === 1 ? {} : { given: [(ratings[column - 2] as Counted['rating']).id] }))}
      note={isUtc ? t('Verdicts on claims, by when the claims were marked. Weeks begin on Monday, and days at midnight UTC.') : t('Verdicts on claims, by when the claims were marked.')}
    >
      <Columns columns={columns} label={t('Ratings over time')} />
      <div className="legend">
        {ratings.map((rating) => (
          <Link key={rating.id} to="/n/$slug/claims" params={{ slug }} search={{ ...filters, given: [rating.id] }}>
            <RatingChip rating={rating} small />
          </Link>
        ))}
      </div>
    </Chart>
  );
}

/** With fewer claims than this, one more verdict can turn the figure around. */
const FEW = 10;

export function Agreement({ summary, search }: { summary: SummedFragment; search: ClaimsSearch }) {
  const { slug } = usePlace();
  const { agreement } = summary;
  const alpha = agreement.alphaOrdinal ?? agreement.alphaNominal;
  const meaning =
    alpha === null || alpha === undefined
      ? agreement.undefinedReason === 'ONE_CATEGORY'
        ? t('Every rating is the same, so agreement cannot be measured.')
        : t('No claim has two verdicts that could agree or differ yet.')
      : agreement.unitCount < FEW
        ? `${count(agreement.unitCount, 'Only one claim has two verdicts or more. That is too few to say how well reviewers agree.', 'Only {n} claims have two verdicts or more. That is too few to say how well reviewers agree.')} ${t('Alpha is shown from {few} claims on.', { few: FEW })}`
      : alpha >= 0.8
        ? t('Reviewers agree: their ratings can be relied on.')
        : alpha >= 0.667
          ? t('Reviewers agree mostly: draw careful conclusions.')
          : alpha > 0
            ? t('Reviewers agree little: the scale or the instructions may be read in different ways.')
            : t('Reviewers agree no more than by chance.');
  const rows: (string | number)[][] = [];
  if (typeof agreement.observedAgreement === 'number') rows.push([t('Pairs of ratings that are the same'), percent(agreement.observedAgreement)]);
  const isKnown = typeof alpha === 'number' && agreement.unitCount >= FEW;
  if (isKnown && typeof agreement.alphaNominal === 'number') rows.push([t('Alpha, same or different'), agreement.alphaNominal]);
  if (isKnown && typeof agreement.alphaOrdinal === 'number') rows.push([t('Alpha, by distance on the scale'), agreement.alphaOrdinal]);
  rows.push([t('Claims with two verdicts or more'), agreement.unitCount], [t('Reviewers'), agreement.raterCount]);
  const scale = agreement.ratingScale?.id;
  const older = summary.verdictCounts.filter((one) => one.ratingScale.id !== scale).map((one) => one.rating.id);
  if (agreement.leftOut > 0) rows.push([t('Verdicts of older scales, left out'), agreement.leftOut]);
  const behind = (row: number): ClaimsSearch | undefined => (agreement.leftOut > 0 && row === rows.length - 1 ? { ...search, given: older } : scale ? { ...search, compared: scale } : undefined);
  return (
    <Chart title={t('Agreement among reviewers')} columns={[t('Figure'), t('Value')]} rows={rows} note={meaning} link={(row, column) => (column === 1 ? behind(row) : undefined)}>
      {isKnown && <Needle alpha={alpha} />}
      <dl>
        {rows.map(([label, value], at) => {
          const text = typeof value === 'number' ? number(value, 2) : value;
          const found = behind(at);
          return (
            <div key={label} className="section-head">
              <dt className="quiet">{label}</dt>
              <dd>{found ? <Link to="/n/$slug/claims" params={{ slug }} search={found}>{text}</Link> : text}</dd>
            </div>
          );
        })}
      </dl>
    </Chart>
  );
}

/** Where alpha is between chance and perfect agreement. */
function Needle({ alpha }: { alpha: number }) {
  const [box, width] = useWidth<SVGSVGElement>(400);
  const long = width - 16;
  return (
    <svg ref={box} className="picture" viewBox={`0 0 ${width} 46`} role="img" aria-label={t('Alpha is {alpha}, on a scale from 0, chance, to 1, perfect.', { alpha: number(alpha, 2) })}>
      <rect x="8" y="14" width={long} height="8" rx="4" fill="var(--line)" />
      <rect x={8 + long * 0.667} y="14" width={long * 0.133} height="8" fill="var(--warn)" opacity="0.5" />
      <rect x={8 + long * 0.8} y="14" width={long * 0.2} height="8" rx="4" fill="var(--good)" opacity="0.6" />
      <circle cx={8 + long * Math.max(0, Math.min(1, alpha))} cy="18" r="8" fill="var(--accent)" stroke="var(--sheet)" strokeWidth="2" />
      <text x="8" y="42">{t('0, chance')}</text>
      <text x={width - 8} y="42" textAnchor="end">{t('1, perfect')}</text>
    </svg>
  );
}

const DAY = 86_400;

/** By when rulings came: the groups of the picture, in seconds. */
const GROUPS: { name: 'day' | 'days' | 'week' | 'month' | 'later'; least?: number; below?: number }[] = [
  { name: 'day', below: DAY },
  { name: 'days', least: DAY, below: 3 * DAY },
  { name: 'week', least: 3 * DAY, below: 7 * DAY },
  { name: 'month', least: 7 * DAY, below: 30 * DAY },
  { name: 'later', least: 30 * DAY },
];

/** Quartiles of fewer rulings than this say nothing more. */
const SOME = 8;

/** How long the rulings took that were published in the chosen time. */
export function TimeToRuling({ filters }: { filters: DeskSearch }) {
  const { slug } = usePlace();
  const searches = GROUPS.map(({ least, below }): RulingsSearch => ({ ...filters, least, below }));
  const [one, days, week, month, later] = searches.map(rulingFilter) as [RulingFilter, RulingFilter, RulingFilter, RulingFilter, RulingFilter];
  const { data } = useData(DeskTimeDocument, { slug, all: rulingFilter(filters), day: one, days, week, month, later });
  const figure = data?.newsroom?.timeToRuling;
  if (!data || !figure) return null;
  const labels = [t('within a day'), t('within three days'), t('within a week'), t('within a month'), t('later')];
  const rows = GROUPS.map(({ name }, at): [string, number] => [labels[at] as string, data[name]?.totalCount ?? 0]);
  const { median, lowerQuartile, upperQuartile } = figure;
  const known = typeof median === 'number' && typeof lowerQuartile === 'number' && typeof upperQuartile === 'number';
  return (
    <Chart
      title={t('From mark to ruling')}
      columns={[t('Time'), t('Rulings')]}
      rows={figure.count === 0 ? [] : rows}
      note={
        known && (
          <>
            {figure.count < SOME
              ? t('Half of the rulings come within {median}.', { median: span(median) })
              : t('A quarter of the rulings come within {lower}, half within {median}, and three quarters within {upper}.', { lower: span(lowerQuartile), median: span(median), upper: span(upperQuartile) })}{' '}
            <Link to="/n/$slug/rulings" params={{ slug }} search={filters}>{count(figure.count, 'One ruling', '{n} rulings')}</Link>
          </>
        )
      }
    >
      <Bars
        bars={rows.map(([name, value], at) => ({
          name: (
            <Link to="/n/$slug/rulings" params={{ slug }} search={searches[at] as RulingsSearch}>{name}</Link>
          ),
          value,
        }))}
      />
    </Chart>
  );
}

interface Load {
  person: { id: string; displayName: string };
  waiting: number;
  overdue: number;
  judged: number;
}

/** As many reviewers as the page shows, and as many as one request asks about. */
const MOST = 40;
const AT_ONCE = 8;

/** What waits for each of up to eight reviewers. */
function useWaiting(people: { id: string }[]): { waiting: number; overdue: number }[] | undefined {
  const { slug } = usePlace();
  const [now] = useState(() => new Date().toISOString());
  const filter = (at: number, dueBefore: string | null): ClaimFilter => {
    const id = (people[at] ?? people[0])?.id ?? null;
    return { assignedTo: id, notReviewedBy: id, dueBefore, states: [...WAITING] };
  };
  const names = Array.from({ length: AT_ONCE }, (_, at) => at);
  const variables = Object.fromEntries(names.flatMap((at) => [[`waiting${at}`, filter(at, null)], [`overdue${at}`, filter(at, now)]]));
  const { data } = useData(DeskWaitingDocument, { slug, ...variables } as DeskWaitingQueryVariables, { pause: people.length === 0 });
  const found = data?.newsroom as Record<string, { totalCount: number }> | null | undefined;
  return found ? people.map((_, at) => ({ waiting: found[`waiting${at}`]?.totalCount ?? 0, overdue: found[`overdue${at}`]?.totalCount ?? 0 })) : undefined;
}

export function Workload() {
  const { slug } = usePlace();
  const { data: people } = useData(ReviewersDocument, { slug });
  const { data: judged } = useData(DeskReviewersDocument, { slug, first: 100 });
  const reviewers = (people?.newsroom?.reviewers ?? []).slice(0, MOST);
  // The requests are as many as the page has at most, so that each has a place of its own.
  const parts = [0, 1, 2, 3, 4].map((part) => reviewers.slice(part * AT_ONCE, (part + 1) * AT_ONCE));
  const answers = [useWaiting(parts[0] ?? []), useWaiting(parts[1] ?? []), useWaiting(parts[2] ?? []), useWaiting(parts[3] ?? []), useWaiting(parts[4] ?? [])];
  const isRead = parts.every((part, at) => part.length === 0 || answers[at]);
  if (!people || !judged || !isRead) return null;
  const counts = new Map(judged.newsroom?.summaries.nodes.map(({ reviewer, summary }) => [reviewer?.id, summary.judgedClaimCount]));
  const data = parts.flatMap((part, at) => part.map((person, place): Load => ({ person, judged: counts.get(person.id) ?? 0, ...(answers[at]?.[place] ?? { waiting: 0, overdue: 0 }) })));
  return (
    <Chart
      title={t('Workload by reviewer')}
      columns={[t('Reviewer'), t('Asked, not judged yet'), t('Overdue'), t('Claims judged')]}
      rows={data.map((one) => [one.person.displayName, one.waiting, one.overdue, one.judged])}
      link={(row, column) => {
        const id = data[row]?.person.id as string;
        return [undefined, { assigned: id, state: [...WAITING] }, { assigned: id, overdue: true as const, state: [...WAITING] }, { reviewer: id }][column];
      }}
    >
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
              {one.overdue > 0 && (
                <>
                  ,{' '}
                  <Link className="late" to="/n/$slug/claims" params={{ slug }} search={{ assigned: one.person.id, overdue: true, state: [...WAITING] }}>
                    {count(one.overdue, 'one overdue', '{n} overdue')}
                  </Link>
                </>
              )}
            </>
          ),
        }))}
      />
    </Chart>
  );
}

export function Coverage() {
  const { slug } = usePlace();
  const { data } = useData(ArticlesDocument, { slug, filter: null, order: 'NEWEST_FIRST', first: 20, after: null });
  const articles = data?.newsroom?.articles.nodes;
  if (!articles) return null;
  return (
    <Chart
      span
      title={t('Coverage of the newest articles')}
      columns={[t('Article'), t('Claims'), t('Judged'), t('Verdicts'), t('Disputed')]}
      link={(row, column) => {
        const article = articles[row]?.id;
        return [undefined, { article }, { article, judged: true as const }, { article, judged: true as const }, { article, disputed: true as const }][column];
      }}
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
          text:
            summary.claimCount === 0 ? (
              t('No claims yet')
            ) : (
              <>
                <Link to="/n/$slug/claims" params={{ slug }} search={{ article: id, judged: true }}>{t('{judged} of {all} judged', { judged: summary.judgedClaimCount, all: summary.claimCount })}</Link>
                {summary.disputedClaimCount > 0 && (
                  <>
                    ,{' '}
                    <Link to="/n/$slug/claims" params={{ slug }} search={{ article: id, disputed: true }}>{count(summary.disputedClaimCount, 'one disputed claim', '{n} disputed claims')}</Link>
                  </>
                )}
              </>
            ),
        }))}
      />
    </Chart>
  );
}

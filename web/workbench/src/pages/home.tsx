import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useData } from '../api/client';
import type { ClaimsSearch } from '../app/search';
import { atLeast, usePlace, useViewer } from '../app/session';
import { EditorWorkDocument, type ListedClaimFragment, MentionsDocument, type MentionsQuery, MyVerdictsDocument, type MyVerdictsQuery, NewestArticlesDocument, RulingsDocument, WorkDocument } from '../gql/graphql';
import { count, number, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Icon, Loading, RatingChip, Time, useTitle } from '../ui/parts';
import { memory } from '../ui/store';
import { ArticleRow } from './article-row';
import { ClaimRow } from './claim-row';
import { Debts, OVERDUE, useOverdue } from './overdue';
import { RulingRows } from './rulings';

/** What there is to do for whoever is signed in. */
export default function Home() {
  const { role, slug } = usePlace();
  useTitle(t('Home'));
  const judges = atLeast(role, 'REVIEWER');
  const edits = atLeast(role, 'EDITOR');
  return (
    <main id="main" className="page home">
      <div className="home-work">
        <h1>{judges ? t('My work') : t('Newest rulings')}</h1>
        {judges ? (
          <>
            <Work />
            <Outcomes />
          </>
        ) : (
          <NewestRulings />
        )}
      </div>
      <aside className="home-news">
        <header className="section-head">
          <h2>{t('Newest articles')}</h2>
          {edits && (
            <Link className="button" to="/n/$slug/import" params={{ slug }}>
              <Icon name="plus" /> {t('Import')}
            </Link>
          )}
        </header>
        <Newest />
      </aside>
    </main>
  );
}

type List = { totalCount: number; nodes: ListedClaimFragment[] };

interface Section {
  id: string;
  title: string;
  /** The name of this number of things, such as "3 drafts". */
  short: (n: number) => string;
  list: List;
  search: ClaimsSearch;
  hint?: string | undefined;
  late?: boolean;
}

/** How much of each waits; each count leads to its list. */
function Counts({ sections, mentions }: { sections: Section[]; mentions: number }) {
  const { slug } = usePlace();
  const counts = sections.map(({ id, short, list, late }) => ({ id, short, n: list.totalCount, late }));
  counts.unshift({ id: 'work-mentions', short: (n) => count(n, 'mention', 'mentions'), n: mentions, late: false });
  const filled = counts.filter(({ n }) => n > 0);
  if (filled.length < 2) return null;
  return (
    <nav className="work-counts" aria-label={t('What waits for me')}>
      {filled.map(({ id, short, n, late }) => (
        <Link key={id} to="/n/$slug" params={{ slug }} hash={id} className={late ? 'late' : undefined}>
          <strong>{number(n)}</strong> {short(n)}
        </Link>
      ))}
    </nav>
  );
}

const SHOWN = 5;

function Part({ id, title, list, search, hint }: Section) {
  const { slug } = usePlace();
  const [all, setAll] = useState(false);
  const shown = all ? list.nodes : list.nodes.slice(0, SHOWN);
  return (
    <section className="work" id={id} aria-labelledby={`${id}-title`}>
      <header className="section-head">
        <h2 id={`${id}-title`}>
          {title} <span className="number">{number(list.totalCount)}</span>
        </h2>
        <Link to="/n/$slug/claims" params={{ slug }} search={search} aria-label={t('All: {what}', { what: title })}>
          {t('All')}
        </Link>
      </header>
      {hint && <p className="hint">{hint}</p>}
      {shown.length > 0 && (
        <ul className="claim-rows">
          {shown.map((claim) => (
            <ClaimRow key={claim.id} claim={claim} />
          ))}
        </ul>
      )}
      {list.nodes.length > shown.length && (
        <p>
          <button type="button" className="quiet-button" onClick={() => setAll(true)}>{t('Show more')}</button>
        </p>
      )}
    </section>
  );
}

const dueFirst = (viewer: string) => (a: ListedClaimFragment, b: ListedClaimFragment) => {
  const due = (claim: ListedClaimFragment) => claim.assignments.find((one) => one.reviewer.id === viewer)?.dueAt ?? '9999';
  return due(a).localeCompare(due(b));
};

/** What an editor has to do, then what waits for them as a reviewer. */
function Work() {
  const { slug, newsroom, role } = usePlace();
  const viewer = useViewer();
  const edits = atLeast(role, 'EDITOR');
  const { data, error, reload } = useData(WorkDocument, { slug, newsroom: newsroom.id, unjudged: { notReviewedByMe: true, assignedToMe: false, states: ['OPEN', 'IN_REVIEW'] } });
  const editor = useData(EditorWorkDocument, { slug, newsroom: newsroom.id, ready: { states: ['READY'], stale: false }, stale: { stale: true } }, { pause: !edits });
  const mentions = useMentions();
  const failed = error ?? editor.error;
  const work = data?.viewer?.work;
  const desk = editor.data?.newsroom;
  if (!work || !data.newsroom || (edits && !desk)) return failed ? <ErrorNote error={failed} retry={() => { reload(); editor.reload(); }} /> : <Loading />;
  const mine: ClaimsSearch = { mine: 'assigned', state: ['OPEN', 'IN_REVIEW', 'READY'] };
  const above = new Set([...work.overdue.nodes, ...work.dueSoon.nodes].map((claim) => claim.id));
  const dated = work.overdue.totalCount + work.dueSoon.totalCount;
  const rest = work.assigned.nodes.filter((claim) => !above.has(claim.id)).sort(dueFirst(viewer.id));
  const sections: Section[] = [
    { id: 'work-overdue', title: t('Overdue'), short: (n) => count(n, 'overdue claim', 'overdue claims'), list: { ...work.overdue, nodes: [...work.overdue.nodes].sort(dueFirst(viewer.id)) }, search: { mine: 'overdue' }, late: true },
    { id: 'work-soon', title: t('Due within three days'), short: (n) => count(n, 'claim due soon', 'claims due soon'), list: { ...work.dueSoon, nodes: [...work.dueSoon.nodes].sort(dueFirst(viewer.id)) }, search: { mine: 'soon' } },
    {
      id: 'work-assigned',
      title: t('I am asked to judge'),
      short: (n) => count(n, 'claim asked of me', 'claims asked of me'),
      list: { totalCount: work.assigned.totalCount, nodes: rest },
      search: mine,
      hint: dated > 0 ? count(dated, 'One of them is overdue or due soon, and is listed above.', '{n} of them are overdue or due soon, and are listed above.') : undefined,
    },
    { id: 'work-stale', title: t('Words changed under my verdict'), short: (n) => count(n, 'claim changed under my verdict', 'claims changed under my verdict'), list: work.stale, search: { stale: true, reviewer: viewer.id }, hint: t('Read the new words, then reaffirm your verdict or change it.') },
    { id: 'work-drafts', title: t('My drafts'), short: (n) => count(n, 'draft', 'drafts'), list: work.drafts, search: { mine: 'drafts' } },
    { id: 'work-unjudged', title: t('Waiting for a reviewer'), short: (n) => count(n, 'claim waiting for a reviewer', 'claims waiting for a reviewer'), list: data.newsroom.unjudged, search: { mine: 'unjudged', state: ['OPEN', 'IN_REVIEW'] } },
  ];
  if (desk) {
    sections.unshift(
      { id: 'work-ready', title: t('Ready for a ruling'), short: (n) => count(n, 'claim ready for a ruling', 'claims ready for a ruling'), list: desk.ready, search: { state: ['READY'] } },
      { id: 'work-disputed', title: t('Reviewers differ'), short: (n) => count(n, 'disputed claim', 'disputed claims'), list: editor.data?.viewer?.work?.disputed ?? { totalCount: 0, nodes: [] }, search: { disputed: true, state: ['IN_REVIEW', 'READY'] } },
      { id: 'work-words', title: t('Words changed'), short: (n) => count(n, 'claim with changed words', 'claims with changed words'), list: desk.allStale, search: { stale: true } },
    );
  }
  return (
    <>
      <Counts sections={sections} mentions={mentions.length} />
      <Mentions mentions={mentions} />
      {edits && <OverdueWork />}
      {sections
        .filter(({ list }) => list.totalCount > 0)
        .map((section) => (
          <Part key={section.id} {...section} />
        ))}
      {mentions.length === 0 && sections.every(({ list }) => list.totalCount === 0) && (
        <Empty title={t('Nothing waits for you.')}>
          <p>{t('Open an article, select the words that make a claim, and mark them.')}</p>
          <Link className="button" to="/n/$slug/articles" params={{ slug }}>
            {t('Go to the articles')}
          </Link>
        </Empty>
      )}
    </>
  );
}

/** The verdicts of others that an editor waits for. Their own are below. */
function OverdueWork() {
  const { slug } = usePlace();
  const viewer = useViewer();
  const debts = useOverdue(50).debts.filter(({ reviewer }) => reviewer.id !== viewer.id);
  const [all, setAll] = useState(false);
  if (debts.length === 0) return null;
  return (
    <section className="work" id="work-owed" aria-labelledby="work-owed-title">
      <header className="section-head">
        <h2 id="work-owed-title">
          {t('Overdue with reviewers')} <span className="number">{number(debts.length)}</span>
        </h2>
        <Link to="/n/$slug/claims" params={{ slug }} search={OVERDUE} aria-label={t('All: {what}', { what: t('Overdue with reviewers') })}>
          {t('All')}
        </Link>
      </header>
      <Debts debts={all ? debts : debts.slice(0, SHOWN)} />
      {!all && debts.length > SHOWN && (
        <p>
          <button type="button" className="quiet-button" onClick={() => setAll(true)}>{t('Show more')}</button>
        </p>
      )}
    </section>
  );
}

type Mention = NonNullable<NonNullable<MentionsQuery['viewer']>['mentions']>['nodes'][number];

/** The comments that mention the viewer, in threads that are not resolved, of all their newsrooms. */
function useMentions(): Mention[] {
  const { data } = useData(MentionsDocument, {});
  return data?.viewer?.mentions?.nodes.filter((said) => !said.resolvedAt && !said.replyTo?.resolvedAt) ?? [];
}

function Mentions({ mentions: nodes }: { mentions: Mention[] }) {
  const viewer = useViewer();
  const { newsroom } = usePlace();
  const key = `seen.${viewer.id}.mentions`;
  const [before] = useState(() => memory.read<string>(key) ?? '');
  const [all, setAll] = useState(false);
  const newest = nodes[0]?.createdAt;
  useEffect(() => {
    if (newest) memory.write(key, newest);
  }, [key, newest]);
  if (nodes.length === 0) return null;
  return (
    <section className="work" id="work-mentions" aria-labelledby="work-mentions-title">
      <h2 id="work-mentions-title">
        {t('Mentions of me')} <span className="number">{number(nodes.length)}</span>
      </h2>
      <ul className="claim-rows">
        {nodes.slice(0, all ? undefined : SHOWN).map((said) => (
          <li key={said.id} className="claim-row">
            <p className="facts">
              <bdi>{said.author.displayName}</bdi> <Time at={said.createdAt} />
              {said.createdAt > before && <span className="chip due">{t('New')}</span>}
              {said.claim.article.newsroom.id !== newsroom.id && <span className="chip"><bdi>{said.claim.article.newsroom.name}</bdi></span>}
            </p>
            <Link className="cover plain-cover" to="/n/$slug/articles/$article" params={{ slug: said.claim.article.newsroom.slug, article: said.claim.article.id }} search={{ claim: said.claim.id }} hash={said.id}>
              <span dir="auto" className="clamped">{said.text}</span>
            </Link>
            <p className="facts">
              <bdi className="quiet">{said.claim.statement}</bdi>
            </p>
          </li>
        ))}
      </ul>
      {!all && nodes.length > SHOWN && (
        <p>
          <button type="button" className="quiet-button" onClick={() => setAll(true)}>{t('Show more')}</button>
        </p>
      )}
    </section>
  );
}

type MyVerdicts = NonNullable<NonNullable<MyVerdictsQuery['viewer']>['verdicts']>;
type MyVerdict = MyVerdicts['nodes'][number];

/** What became of the viewer's verdicts. */
function Outcomes() {
  const { newsroom } = usePlace();
  return <Pages reset={newsroom.id} render={(after, more, at) => <OutcomePage key={after} after={after} more={more} head={at === 0} />} />;
}

function OutcomePage({ after, more, head }: { after: string | null; more: (info: MyVerdicts['pageInfo'] | undefined) => ReactNode; head: boolean }) {
  const { newsroom } = usePlace();
  const { data, error, reload } = useData(MyVerdictsDocument, { newsroom: newsroom.id, first: 6, after });
  const list = data?.viewer?.verdicts;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : null;
  if (list.totalCount === 0) return null;
  return (
    <section className="work" aria-label={t('What became of my verdicts')}>
      {head && (
        <h2>
          {t('What became of my verdicts')} <span className="number">{number(list.totalCount)}</span>
        </h2>
      )}
      <ul className="claim-rows">
        {list.nodes.map((verdict) => (
          <ClaimRow key={verdict.id} claim={verdict.claim} ruledOnly>
            <span className="counted">
              <span className="quiet small">{outcomeText(verdict)}</span> <RatingChip rating={verdict.rating} small />
            </span>
          </ClaimRow>
        ))}
      </ul>
      {more(list.pageInfo)}
    </section>
  );
}

function outcomeText({ state, outcome, claim }: MyVerdict): string {
  if (state === 'WITHDRAWN') return t('You withdrew:');
  if (outcome?.ruling.state === 'RETRACTED') return t('The ruling was retracted. You said:');
  if (outcome?.dissents) return t('You dissented:');
  if (outcome && outcome.dissents === false) return t('You agreed:');
  if (outcome) return t('The ruling uses another scale. You said:');
  return claim.ruling?.state === 'PUBLISHED' ? t('The ruling does not rest on it. You said:') : t('No ruling yet. You said:');
}

function NewestRulings() {
  const { slug } = usePlace();
  const { data, error, reload } = useData(RulingsDocument, { slug, filter: null, first: 6, after: null });
  const list = data?.publishedRulings;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) return <Empty title={t('No ruling is published yet.')} />;
  return (
    <>
      <RulingRows rulings={list.nodes} />
      <p className="more">
        <Link to="/n/$slug/rulings" params={{ slug }} search={{}}>{t('All rulings')}</Link>
      </p>
    </>
  );
}

function Newest() {
  const { slug, role } = usePlace();
  const { data, error, reload } = useData(NewestArticlesDocument, { slug });
  const articles = data?.newsroom?.articles.nodes;
  if (!articles) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (articles.length === 0) {
    return (
      <Empty title={t('There is no article yet.')}>
        {atLeast(role, 'EDITOR') ? <p>{t('Import one: paste its text, or drop a file.')}</p> : <p>{t('An editor imports articles.')}</p>}
      </Empty>
    );
  }
  return (
    <>
      <ul className="article-rows">
        {articles.map((article) => (
          <ArticleRow key={article.id} article={article} />
        ))}
      </ul>
      <p className="more">
        <Link to="/n/$slug/articles" params={{ slug }}>
          {t('All articles')}
        </Link>
      </p>
    </>
  );
}

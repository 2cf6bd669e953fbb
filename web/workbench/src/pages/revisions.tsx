import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { run, touch, useData } from '../api/client';
import type { RevisionsSearch } from '../app/search';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type AnchorStatus, DiffDocument, ReaffirmVerdictDocument, ReaffirmVerdictsDocument, ReanchorDocument, RestoreRevisionDocument, ReviseArticleDocument, RevisionPreviewDocument, type RevisionPreviewQuery, RevisionsDocument, type RevisionsQuery, StaleClaimsDocument, type StaleClaimsQuery } from '../gql/graphql';
import { count, percent, t } from '../i18n';
import { ChangedWords, readBefore } from '../judging/changed-words';
import { Dialog, Empty, ErrorNote, Field, Loading, RatingChip, say, StateChip, Time, useKeys, useSending, useTitle } from '../ui/parts';
import { memory } from '../ui/store';

export default function Revisions() {
  const { slug, role } = usePlace();
  const { article: id } = useParams({ strict: false }) as { article: string };
  const search = useSearch({ strict: false }) as RevisionsSearch;
  const navigate = useNavigate();
  const { data, error, reload } = useData(RevisionsDocument, { id });
  const [revising, setRevising] = useState(search.revise === true && atLeast(role, 'EDITOR'));
  const [restoring, setRestoring] = useState<number>();
  const article = data?.article;
  useTitle(article ? t('Revisions of {title}', { title: article.title }) : undefined);
  if (!article) return <main id="main" className="page">{error ? <ErrorNote error={error} retry={reload} /> : <Loading />}</main>;
  const newest = article.revision.number;
  const to = Math.min(search.to ?? newest, newest);
  const from = search.from ?? Math.max(1, to - 1);
  const set = (change: RevisionsSearch) =>
    void navigate({ to: '/n/$slug/articles/$article/revisions', params: { slug, article: id }, search: { from, to, view: search.view, ...change }, replace: true });
  const choice = (label: string, value: number, onChange: (n: number) => void) => (
    <label className="filter">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {article.revisions.nodes.map((revision) => (
          <option key={revision.id} value={revision.number}>
            {t('Revision {number}', { number: revision.number })} {revision.note ? `– ${revision.note.slice(0, 60)}` : ''}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <main id="main" className="page broad">
      <header className="section-head">
        <div>
          <p>
            <Link to="/n/$slug/articles/$article" params={{ slug, article: id }} search={{}}>{t('Back to the article')}</Link>
          </p>
          <h1 dir="auto">{article.title}</h1>
        </div>
        {atLeast(role, 'EDITOR') && !article.withdrawnAt && <button type="button" className="primary" onClick={() => setRevising(true)}>{t('Revise the text')}</button>}
      </header>
      <StaleClaims id={id} newest={newest} />
      <section className="stack">
        <h2>{t('What changed')}</h2>
        {newest === 1 ? (
          <Empty title={t('The article has one revision.')}>
            <p>{t('When its publisher changes it, an editor stores the new text here. Claims and verdicts whose words changed are then shown.')}</p>
          </Empty>
        ) : (
          <>
            <div className="filters">
              {choice(t('From'), from, (n) => set({ from: n }))}
              {choice(t('To'), to, (n) => set({ to: n }))}
              <label className="tick">
                <input type="checkbox" checked={search.view === 'side'} onChange={(event) => set({ view: event.target.checked ? 'side' : undefined } as RevisionsSearch)} />
                {t('Side by side')}
              </label>
            </div>
            <DiffView id={id} from={from} to={to} side={search.view === 'side'} language={article.language} />
          </>
        )}
      </section>
      <section>
        <h2>{t('All revisions')}</h2>
        <ul className="rows">
          {article.revisions.nodes.map((revision) => (
            <li key={revision.id}>
              <div className="grow">
                <strong>{t('Revision {number}', { number: revision.number })}</strong> · <Time at={revision.createdAt} /> {revision.author && <bdi>{revision.author.displayName}</bdi>}
                {revision.note && <p className="quiet" dir="auto">{revision.note}</p>}
              </div>
              {atLeast(role, 'EDITOR') && !article.withdrawnAt && revision.number !== newest && (
                <button type="button" className="quiet-button" aria-label={t('Put the text of revision {number} back', { number: revision.number })} onClick={() => setRestoring(revision.number)}>{t('Put back')}</button>
              )}
              <span className="quiet">{count(revision.length, 'one character', '{n} characters')}</span>
            </li>
          ))}
        </ul>
      </section>
      <Dialog open={revising && !article.withdrawnAt} onClose={() => { setRevising(false); if (search.revise) set({}); }} title={t('Revise the text')} wide>
        <Revise article={article} onClose={() => setRevising(false)} />
      </Dialog>
      <Dialog open={restoring !== undefined} onClose={() => setRestoring(undefined)} title={t('Put the text of revision {number} back', { number: restoring ?? 0 })}>
        {restoring !== undefined && <RestoreRevision article={article} number={restoring} onClose={() => setRestoring(undefined)} />}
      </Dialog>
    </main>
  );
}

function DiffView({ id, from, to, side, language }: { id: string; from: number; to: number; side: boolean; language: string | null | undefined }) {
  const { data, error, reload } = useData(DiffDocument, { id, from, to }, { still: true });
  const parts = data?.article?.diff;
  if (!parts) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (parts.every((part) => part.kind === 'EQUAL')) return <p className="quiet">{t('The two texts are the same.')}</p>;
  const draw = (leave: 'INSERT' | 'DELETE' | undefined) =>
    parts.map((part, at) => {
      if (part.kind === leave) return null;
      const text = part.kind === 'EQUAL' ? shorten(part.text, at === 0, at === parts.length - 1) : part.text;
      if (part.kind === 'DELETE') return <del key={at}>{text}</del>;
      if (part.kind === 'INSERT') return <ins key={at}>{text}</ins>;
      return <span key={at}>{text}</span>;
    });
  if (!side) return <div className="diff" lang={language ?? undefined} dir="auto">{draw(undefined)}</div>;
  return (
    <div className="side-by-side">
      <div className="diff" lang={language ?? undefined} dir="auto" aria-label={t('Before')} role="group">{draw('INSERT')}</div>
      <div className="diff" lang={language ?? undefined} dir="auto" aria-label={t('After')} role="group">{draw('DELETE')}</div>
    </div>
  );
}

/** Long stretches that did not change are cut, with some lines left around what did. */
function shorten(text: string, first: boolean, last: boolean): string {
  const lines = text.split('\n');
  if (lines.length < 10) return text;
  const head = first ? [] : lines.slice(0, 3);
  const tail = last ? [] : lines.slice(-3);
  return [...head, `[… ${count(lines.length - head.length - tail.length, 'one line is the same', '{n} lines are the same')} …]`, ...tail].join('\n');
}

type Stale = NonNullable<StaleClaimsQuery['article']>['claims']['nodes'][number];

function StaleClaims({ id, newest }: { id: string; newest: number }) {
  const viewer = useViewer();
  const { data, error, reload } = useData(StaleClaimsDocument, { id });
  const list = data?.article?.claims;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : null;
  if (list.totalCount === 0) return null;
  const mine = list.nodes.filter((claim) => claim.verdicts.some((verdict) => verdict.reviewer.id === viewer.id && verdict.stale)).length;
  return (
    <section className="stack" aria-label={t('Claims whose words changed')}>
      <h2>
        {t('Claims whose words changed')} <span className="number">{list.totalCount}</span>
      </h2>
      {mine > 1 && <ReaffirmAll article={id} mine={mine} />}
      {list.nodes.map((claim, at) => (
        <StaleClaim key={claim.id} claim={claim} article={id} first={at === 0} newest={newest} />
      ))}
    </section>
  );
}

const statusName = (status: AnchorStatus): string =>
  ({
    EXACT: t('unchanged'),
    MOVED: t('moved'),
    REWORDED: t('the sentence around them changed'),
    CHANGED: t('the words themselves changed'),
    ORPHANED: t('the words are gone'),
  })[status];

function StaleClaim({ claim, article, first, newest }: { claim: Stale; article: string; first: boolean; newest: number }) {
  const { slug, role } = usePlace();
  const viewer = useViewer();
  const { sending, error, send } = useSending();
  const mine = claim.verdicts.find((verdict) => verdict.reviewer.id === viewer.id && verdict.stale);
  const reaffirm = () =>
    void send(async () => {
      if (!mine) return;
      await run(ReaffirmVerdictDocument, { input: { verdict: mine.id, expectedWordingVersion: claim.wordingVersion } });
      say(t('You stand by your verdict.'));
      touch();
    });
  useKeys((event) => {
    if (first && mine && event.key === 'y' && !event.ctrlKey && !event.metaKey) reaffirm();
  });
  const reanchor = (proposal: Stale['anchorProposals'][number]) =>
    void send(async () => {
      const others = claim.anchors.filter((anchor) => anchor.id !== proposal.anchor.id && anchor.end > anchor.start);
      await run(ReanchorDocument, {
        input: {
          claim: claim.id,
          expectedVersion: claim.version,
          ranges: [...others, proposal].map(({ start, end, exact }) => ({ start, end, exact, unit: 'UTF16' as const })),
        },
      });
      say(t('The claim is now on these words. Its reviewers are asked to read them.'));
      touch();
    });
  return (
    <article className="card stale-claim">
      <p className="chips">
        <StateChip claim={claim} />
      </p>
      <h3 dir="auto">
        <Link to="/n/$slug/articles/$article" params={{ slug, article }} search={{ claim: claim.id }}>{claim.statement}</Link>
      </h3>
      {claim.anchors.map((anchor) => (
        <p key={anchor.id} dir="auto">
          <ChangedWords words={anchor} article={article} from={readBefore(claim.verdicts, newest)} to={newest} /> <span className="chip stale">{statusName(anchor.status)}</span>
        </p>
      ))}
      <p className="chips">
        {claim.verdicts.map((verdict) => (
          <span key={verdict.id} className="counted">
            <bdi>{verdict.reviewer.displayName}</bdi> <RatingChip rating={verdict.rating} small /> {verdict.stale ? <span className="chip stale">{t('read revision {number}', { number: verdict.readRevision })}</span> : <span className="chip">{t('has read it')}</span>}
          </span>
        ))}
      </p>
      <ErrorNote error={error} />
      {mine && (
        <div className="actions">
          <button type="button" className="primary" disabled={sending} onClick={reaffirm}>
            {t('Reaffirm my verdict')} {first && <kbd>y</kbd>}
          </button>
          <Link className="button" to="/n/$slug/articles/$article" params={{ slug, article }} search={{ claim: claim.id }}>{t('Change it')}</Link>
        </div>
      )}
      {atLeast(role, 'EDITOR') && claim.anchorProposals.length > 0 && (
        <div className="stack">
          <h4>{t('Where the words may be now')}</h4>
          {claim.anchorProposals.map((proposal) => (
            <div key={`${proposal.anchor.id}-${proposal.start}`} className="actions">
              <q dir="auto">{proposal.exact}</q>
              <span className="quiet">{t('{share} likely', { share: percent(proposal.score) })}</span>
              <button type="button" disabled={sending} onClick={() => reanchor(proposal)}>{t('Put the claim here')}</button>
            </div>
          ))}
        </div>
      )}
    </article>
  );
}

type Article = NonNullable<RevisionsQuery['article']>;

/** An earlier text comes back as a new revision, and the claims go back where they were in it. */
function RestoreRevision({ article, number, onClose }: { article: Article; number: number; onClose: () => void }) {
  const { slug } = usePlace();
  const navigate = useNavigate();
  const [note, setNote] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { restoreRevision } = await run(RestoreRevisionDocument, { input: { article: article.id, number, note: note.trim() || null, basedOnRevision: article.revision.number } });
      say(t('The text of revision {number} is back, as a new revision.', { number }));
      touch();
      onClose();
      const newest = restoreRevision.article.revision.number;
      void navigate({ to: '/n/$slug/articles/$article/revisions', params: { slug, article: article.id }, search: { from: Math.max(1, newest - 1), to: newest } });
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{t('It becomes a new revision, and nothing is deleted. The claims go back to the words that they were on.')}</p>
      <Field label={t('Why')} hint={t('Everybody who reads the article can read it.')}>{(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending}>{t('Put it back')}</button>
    </form>
  );
}

/** Reaffirms the viewer's verdicts under which only quotation marks, dashes, spaces and the like changed. */
function ReaffirmAll({ article, mine }: { article: string; mine: number }) {
  const { sending, error, send } = useSending();
  const reaffirm = () =>
    void send(async () => {
      const { reaffirmVerdicts } = await run(ReaffirmVerdictsDocument, { input: { article } });
      const { length } = reaffirmVerdicts.reaffirmed;
      const left = reaffirmVerdicts.left.length;
      say(`${count(length, 'You stand by one verdict.', 'You stand by {n} verdicts.')} ${left > 0 ? count(left, 'One is left: read its words.', '{n} are left: read their words.') : ''}`.trim());
      touch();
    });
  return (
    <div className="actions">
      <button type="button" disabled={sending} onClick={reaffirm}>{t('Reaffirm those of mine where only typography changed')}</button>
      <span className="quiet small">{count(mine, 'You have one verdict here that is on older words.', 'You have {n} verdicts here that are on older words.')}</span>
      <ErrorNote error={error} />
    </div>
  );
}

type Effect = NonNullable<NonNullable<RevisionPreviewQuery['article']>['revisionPreview']>;

/** What a text would do to the claims, before it is stored. */
function EffectOnClaims({ effect }: { effect: Effect }) {
  const { staleCount, lostCount, freshCount, claimCount, claims } = effect;
  const ruled = claims.filter(({ claim, stale }) => stale && claim.ruling?.state === 'PUBLISHED');
  return (
    <section className={staleCount > 0 ? 'note warn effect' : 'note effect'} role="status" aria-label={t('Effect on claims')}>
      {staleCount === 0 && freshCount === 0 && <p>{count(claimCount, 'The words of the claim stay as they are.', 'The words of all {n} claims stay as they are.')}</p>}
      {staleCount > 0 && <p><strong>{count(staleCount, 'The words of one claim would change. Its reviewers must read them again.', 'The words of {n} claims would change. Their reviewers must read them again.')}</strong></p>}
      {lostCount > 0 && <p>{lostCount > 1 && lostCount === staleCount ? t('All of them would lose their words.') : count(lostCount, 'One of them would lose its words.', '{n} of them would lose their words.')}</p>}
      {freshCount > 0 && <p>{count(freshCount, 'The earlier words of one claim would come back.', 'The earlier words of {n} claims would come back.')}</p>}
      {ruled.length > 0 && (
        <p>
          <strong>{count(ruled.length, 'One has a published ruling. Its public page will say that the words changed:', '{n} have published rulings. Their public pages will say that the words changed:')}</strong>{' '}
          {ruled.map(({ claim }) => claim.statement).join(' · ')}
        </p>
      )}
      {claims.length > 0 && (
        <ul>
          {claims.map(({ claim, status, stale, words }) => (
            <li key={claim.id}>
              <bdi>{claim.statement}</bdi> <span className={stale ? 'chip stale' : 'chip'}>{statusName(status)}</span>{' '}
              {claim.ruling?.state === 'PUBLISHED' && (
                <span className="counted">
                  <span className="chip state-PUBLISHED">{t('Published ruling')}</span> <RatingChip rating={claim.ruling.rating} small />
                </span>
              )}
              {words.map((text, at) => (
                <q key={at} dir="auto">{text}</q>
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is typed here is kept in this browser until it is stored, with the revision that it was based on. */
function Revise({ article, onClose }: { article: Article; onClose: () => void }) {
  const { slug } = usePlace();
  const viewer = useViewer();
  const navigate = useNavigate();
  const keptAt = `draft.${viewer.id}.revise.${article.id}`;
  // The article follows what happens; the text that is edited here stays based on the revision that it began with.
  const [text, setText] = useState(
    () =>
      memory.read<{ base: number; title: string; body: string; note: string }>(keptAt) ?? {
        base: article.revision.number,
        title: article.title,
        body: article.revision.text.slice(article.title.length).replace(/^\n+/, ''),
        note: '',
      },
  );
  const { base, title, body, note } = text;
  const set = (change: Partial<typeof text>) => {
    const next = { ...text, ...change };
    setText(next);
    memory.write(keptAt, next);
  };
  const restart = () => {
    memory.write(keptAt, undefined);
    onClose();
  };
  const { sending, error, send } = useSending();
  // The effect of just this text: it is gone when the text changes.
  const [seen, setSeen] = useState<{ title: string; body: string; effect: Effect }>();
  const effect = seen?.title === title && seen.body === body ? seen.effect : undefined;
  const look = () =>
    void send(async () => {
      const { article: found } = await run(RevisionPreviewDocument, { id: article.id, input: { title, body } });
      if (found?.revisionPreview) setSeen({ title, body, effect: found.revisionPreview });
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { reviseArticle } = await run(ReviseArticleDocument, { input: { article: article.id, title, body, note: note.trim() || null, basedOnRevision: base } });
      memory.write(keptAt, undefined);
      const changed = reviseArticle.anchors.filter((anchor) => anchor.status !== 'EXACT' && anchor.status !== 'MOVED').length;
      say(count(changed, 'The new text is stored. The words of one claim changed.', 'The new text is stored. The words of {n} claims changed.'));
      touch();
      onClose();
      const { number } = reviseArticle.article.revision;
      void navigate({ to: '/n/$slug/articles/$article/revisions', params: { slug, article: article.id }, search: { from: Math.max(1, number - 1), to: number } });
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {base !== article.revision.number && (
        <div className="note warn" role="status">
          <p>{t('Your text is based on revision {base}. Since then, revision {newest} was stored. Copy what you changed, then begin again.', { base, newest: article.revision.number })}</p>
          <button type="button" onClick={restart}>{t('Discard my text')}</button>
        </div>
      )}
      <Field label={t('Headline')}>{(id) => <input id={id} dir="auto" required maxLength={500} value={title} onChange={(event) => set({ title: event.target.value })} />}</Field>
      <Field label={t('Text')}>{(id) => <textarea id={id} className="body" dir="auto" required value={body} onChange={(event) => set({ body: event.target.value })} />}</Field>
      <Field label={t('Why')} hint={t('Everybody who reads the article can read it.')}>{(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={1000} value={note} onChange={(event) => set({ note: event.target.value })} />}</Field>
      <ErrorNote error={error} />
      {effect && <EffectOnClaims effect={effect} />}
      <div className="actions">
        <button type="submit" className="primary" disabled={sending || base !== article.revision.number}>{sending ? t('Please wait…') : t('Store the new text')}</button>
        <button type="button" disabled={sending || !title.trim() || !body.trim()} onClick={look}>{t('See the effect on claims')}</button>
        <button type="button" onClick={restart}>{t('Discard')}</button>
      </div>
    </form>
  );
}

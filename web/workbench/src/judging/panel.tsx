import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { outbox, takeBack } from '../api/outbox';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type ClaimDetailFragment, ClaimPanelDocument, ReaffirmVerdictDocument, ReanchorDocument, WithdrawVerdictDocument } from '../gql/graphql';
import { count, day, t } from '../i18n';
import type { Text } from '../reading/model';
import { type Stretch, tidy } from '../reading/text';
import { Dialog, ErrorNote, Field, Growing, Icon, kindName, Loading, Menu, Outcome, OutLink, RatingChip, say, stanceMeaning, stanceName, StateChip, Time, useKeys, useSending } from '../ui/parts';
import { memory, useStore } from '../ui/store';
import { isHidden, useDiscussion, usePeople } from './comments';
import { DiscussionPart, VerdictTalk } from './discussion';
import { JudgeForm } from './judge-form';

const Editing = lazy(() => import('./editing'));
const RulingPart = lazy(() => import('./ruling'));
const History = lazy(() => import('./history'));
const NextClaim = lazy(() => import('./next'));

export type Task = 'edit' | 'withdraw' | 'restore' | 'assign';

export function ClaimPanel({ id, onClose, onChanged, text, selection, revision, notice }: {
  id: string;
  notice?: ReactNode;
  onClose: () => void;
  onChanged: (claim: ClaimDetailFragment) => void;
  text?: Text | undefined;
  selection?: Stretch | undefined;
  revision: number;
}) {
  const { data, error, reload } = useData(ClaimPanelDocument, { id });
  const claim = data?.node?.__typename === 'Claim' ? data.node : undefined;
  useEffect(() => {
    if (claim) onChanged(claim);
    // The claim alone: onChanged is made with every drawing.
  }, [claim]);
  const again = async () => {
    const { node } = await run(ClaimPanelDocument, { id });
    return node?.__typename === 'Claim' ? node : undefined;
  };
  return (
    <section className="panel" aria-label={t('The claim')}>
      {notice}
      {claim ? (
        <Panel claim={claim} onClose={onClose} onReload={again} text={text} selection={selection} revision={revision} />
      ) : (
        <>
          <header className="panel-head">
            <button type="button" className="plain" aria-label={t('Close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
          {error ? <ErrorNote error={error} retry={reload} /> : <Loading />}
        </>
      )}
    </section>
  );
}

function Panel({ claim, onClose, onReload, text, selection, revision }: {
  claim: ClaimDetailFragment;
  onClose: () => void;
  onReload: () => Promise<ClaimDetailFragment | undefined>;
  text: Text | undefined;
  selection: Stretch | undefined;
  revision: number;
}) {
  const viewer = useViewer();
  const place = usePlace();
  const { role, slug, newsroom } = place;
  const hidden = isHidden(claim, place, viewer.id);
  const discussion = useDiscussion(claim.id, hidden);
  const people = usePeople(claim, discussion.threads);
  const talk = { claim, discussion, people, hidden };
  const unsettled = discussion.threads.filter((thread) => !thread.resolvedAt).length;
  const [task, setTask] = useState<Task>();
  const waiting = useStore(outbox).find((item) => item.input.claim === claim.id);
  const mine = claim.verdicts.find((verdict) => verdict.reviewer.id === viewer.id);
  const inForce = mine?.state === 'SUBMITTED' ? mine : undefined;
  const typed = !!claim.myDraft || memory.read(`draft.${viewer.id}.${claim.id}`) !== undefined;
  const [editing, setEditing] = useState(typed);
  const [round, setRound] = useState(0);
  const gone = !!claim.article.withdrawnAt;
  const judges = atLeast(role, 'REVIEWER') && claim.state !== 'WITHDRAWN' && !gone;
  const edits = atLeast(role, 'EDITOR');
  const owns = edits || (claim.markedBy?.id === viewer.id && atLeast(role, 'REVIEWER'));
  // Whoever is to rule on the claim, or comes after the ruling, judges it only if they want to.
  const invited = claim.state === 'OPEN' || claim.state === 'IN_REVIEW' || (claim.state === 'READY' && !edits);
  const others = claim.verdicts.filter((verdict) => verdict.id !== inForce?.id);
  const cards = new Set(others.map((verdict) => verdict.id));
  if (inForce && !editing && !waiting) cards.add(inForce.id);
  const fresh = claim.verdicts.length === 0 && claim.summary.verdictCount === 0;
  // A published ruling comes first; the form to publish one comes after the verdicts that it rests on.
  const ruled = claim.ruling?.state === 'PUBLISHED';
  const publishes = edits && claim.state === 'READY' && !gone && !ruled;
  const ruling = (
    <Suspense fallback={null}>
      {(claim.ruling || (edits && claim.state !== 'WITHDRAWN' && claim.summary.verdictCount > 0)) && <RulingPart claim={claim} mine={inForce?.id} />}
    </Suspense>
  );
  return (
    <>
      <header className="panel-head">
        <div className="chips">
          <StateChip claim={claim} />
          <Outcome claim={claim} />
        </div>
        {unsettled > 0 && (
          <button
            type="button"
            className="plain talk-button"
            aria-label={count(unsettled, 'Go to the discussion: one open thread', 'Go to the discussion: {n} open threads')}
            onClick={() => {
              document.getElementById('discussion')?.scrollIntoView({ block: 'start' });
              document.getElementById('discussion-title')?.focus({ preventScroll: true });
            }}
          >
            <Icon name="talk" /> {unsettled}
          </button>
        )}
        {owns && !gone && (
          <Menu label={t('More')} text={<Icon name="more" />}>
            {(close) => claim.state === 'WITHDRAWN' ? (
              <button type="button" onClick={() => { close(); setTask('restore'); }}>{t('Restore the claim')}</button>
            ) : (
              <>
                {edits && <button type="button" onClick={() => { close(); setTask('assign'); }}>{t('Ask reviewers to judge it')}</button>}
                <button type="button" onClick={() => { close(); setTask('edit'); }}>{fresh ? t('Edit the claim') : t('Edit the tags')}</button>
                <button type="button" onClick={() => { close(); setTask('withdraw'); }}>{t('Withdraw the claim')}</button>
              </>
            )}
          </Menu>
        )}
        <button type="button" className="plain" aria-label={t('Close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <h2 className="claim-title" dir="auto">{claim.statement}</h2>
      <p className="facts">
        {claim.claimant && <bdi>{claim.claimant}</bdi>}
        {claim.claimedOn && <span>{day(claim.claimedOn)}</span>}
        {claim.tags.map((tag) => (
          <Link key={tag} className="tag" to="/n/$slug/claims" params={{ slug }} search={{ tag }}>
            <bdi>{tag}</bdi>
          </Link>
        ))}
      </p>
      {claim.repeats && (
        <p className="facts">
          {t('Repeats:')}{' '}
          <Link to="/n/$slug/articles/$article" params={{ slug, article: claim.repeats.article.id }} search={{ claim: claim.repeats.id }}>
            <bdi>{claim.repeats.statement}</bdi>
          </Link>
        </p>
      )}
      {gone && <p className="note warn">{t('The article is withdrawn, so nothing about this claim can change.')}</p>}
      {claim.withdrawnAt && (
        <div className="note warn">
          <p>
            {t('Withdrawn')} <Time at={claim.withdrawnAt} />: <bdi>{claim.withdrawnReason}</bdi>
          </p>
        </div>
      )}
      {text && claim.state !== 'WITHDRAWN' && claim.anchors.some((anchor) => anchor.end > anchor.start) && (
        <blockquote className="quote phone-quote" dir="auto">
          {claim.anchors.map((anchor) => text.text.slice(anchor.start, anchor.end)).join(' … ')}
        </blockquote>
      )}
      <Asked claim={claim} onAsk={edits && judges && !ruled ? () => setTask('assign') : undefined} />
      <Places claim={claim} edits={edits} text={text} selection={selection} revision={revision} />
      {ruled && ruling}
      {inForce?.stale && claim.state !== 'WITHDRAWN' && <Reaffirm claim={claim} verdict={inForce} />}
      {waiting ? (
        <div className="note warn" role="status">
          <p>{t('Your verdict waits to be sent. It goes as soon as the server can be reached.')}</p>
          <button
            type="button"
            onClick={() => {
              takeBack(claim.id);
              setEditing(true);
              touch();
            }}
          >
            {t('Do not send it')}
          </button>
        </div>
      ) : judges && (editing || (!inForce && invited)) ? (
        <JudgeForm
          key={`${inForce?.version ?? 'new'} ${round}`}
          claim={claim}
          editing={!!inForce}
          onReload={onReload}
          onDone={() => {
            setEditing(false);
            setRound((n) => n + 1);
          }}
        />
      ) : (judges && !inForce) || publishes ? (
        <div className="judge actions">
          {publishes && <ToRuling />}
          {judges && !inForce && <button type="button" onClick={() => setEditing(true)}>{t('Judge it too')}</button>}
        </div>
      ) : null}
      {inForce && !editing && !waiting && <Mine claim={claim} verdict={inForce} onEdit={() => setEditing(true)} talk={<VerdictTalk talk={talk} verdict={inForce.id} />} />}
      {inForce && !editing && judges && <Suspense fallback={null}><NextClaim claim={claim.id} /></Suspense>}
      {newsroom.policy.blindReview && claim.summary.hiddenVerdictCount > 0 && (
        <p className="note">
          {count(claim.summary.hiddenVerdictCount, 'One verdict of another reviewer is in.', '{n} verdicts of other reviewers are in.')}{' '}
          {atLeast(role, 'REVIEWER') ? t('You see what it says once you have judged the claim yourself.') : t('You see what it says once enough reviewers have judged the claim.')}
        </p>
      )}
      {others.length > 0 && (
        <section className="verdicts">
          <h3>{inForce || judges ? t('Other verdicts') : t('Verdicts')}</h3>
          {others.map((verdict) => (
            <VerdictCard key={verdict.id} verdict={verdict} edits={edits}>
              <VerdictTalk talk={talk} verdict={verdict.id} />
            </VerdictCard>
          ))}
        </section>
      )}
      {!ruled && ruling}
      <DiscussionPart talk={talk} cards={cards} />
      <Suspense fallback={null}>
        <History claim={claim} />
        {task && <Editing claim={claim} task={task} onClose={() => setTask(undefined)} />}
      </Suspense>
      <p className="quiet small">
        {t('Marked')} <Time at={claim.markedAt} /> {claim.markedBy && <bdi>{claim.markedBy.displayName}</bdi>}
        {atLeast(role, 'ADMIN') && (
          <>
            {' · '}
            <Link to="/n/$slug/admin/$tab" params={{ slug, tab: 'log' }} search={{ claim: claim.id }}>{t('In the audit log')}</Link>
          </>
        )}
      </p>
    </>
  );
}

/** Leads an editor past the verdicts to the form for the ruling. */
function ToRuling() {
  const go = () => {
    const form = document.getElementById('publish');
    form?.querySelector<HTMLElement>('select')?.focus({ preventScroll: true });
    form?.scrollIntoView({ block: 'start' });
  };
  useKeys((event) => {
    if (event.key !== 'p' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go();
  });
  return (
    <button type="button" className="primary" onClick={go} aria-keyshortcuts="p">
      {t('Go to the ruling')} <kbd>p</kbd>
    </button>
  );
}

/** Whether somebody is asked to judge the claim, and by when. */
function Asked({ claim, onAsk }: { claim: ClaimDetailFragment; onAsk: (() => void) | undefined }) {
  const viewer = useViewer();
  if (claim.assignments.length === 0 && !onAsk) return null;
  const me = claim.assignments.find((one) => one.reviewer.id === viewer.id);
  return (
    <div className={me ? 'note' : 'asked'}>
      {claim.assignments.map((one) => (
        <p key={one.reviewer.id}>
          {one.reviewer.id === viewer.id ? t('You are asked to judge this claim.') : <>{t('Asked:')} <bdi>{one.reviewer.displayName}</bdi>.</>}{' '}
          {one.dueAt && <>{t('Due')} <Time at={one.dueAt} />.</>} {one.note && <q dir="auto">{one.note}</q>}
        </p>
      ))}
      {onAsk && <button type="button" className="quiet-button" onClick={onAsk}>{t('Ask reviewers')}</button>}
    </div>
  );
}

/** The article's words that the claim is marked on, where a revision changed them. */
function Places({ claim, edits, text, selection, revision }: { claim: ClaimDetailFragment; edits: boolean; text: Text | undefined; selection: Stretch | undefined; revision: number }) {
  const { slug } = usePlace();
  const { sending, error, send } = useSending();
  const changed = claim.anchors.filter((anchor) => anchor.status !== 'EXACT' && anchor.status !== 'MOVED');
  if (changed.length === 0 && !claim.stale) return null;
  const statuses = {
    EXACT: '',
    MOVED: '',
    REWORDED: t('The sentence around these words changed.'),
    CHANGED: t('These words themselves changed.'),
    ORPHANED: t('These words are gone from the article.'),
  };
  const range = text && selection ? tidy(text.text, selection) : undefined;
  const reanchor = () =>
    void send(async () => {
      if (!text || !range) return;
      await run(ReanchorDocument, {
        input: { claim: claim.id, expectedVersion: claim.version, ranges: [{ ...range, exact: text.text.slice(range.start, range.end), unit: 'UTF16' }] },
      });
      window.getSelection()?.removeAllRanges();
      say(t('The claim stands on the words that you selected. Its reviewers are asked to read them.'));
      touch();
    });
  return (
    <div className="note warn">
      <p>
        <strong>{t('A revision changed the words under this claim.')}</strong>
      </p>
      {changed.map((anchor) => (
        <p key={anchor.id}>
          <q dir="auto">{anchor.exact}</q> {statuses[anchor.status]}
        </p>
      ))}
      <p>
        <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: claim.article.id }} search={{ from: Math.max(1, revision - 1), to: revision }}>
          {t('See what changed')}
        </Link>
      </p>
      {edits && changed.length > 0 && (
        <>
          <ErrorNote error={error} />
          <button type="button" disabled={!range || sending} onMouseDown={(event) => event.preventDefault()} onClick={reanchor}>
            {t('Put the claim on the words selected in the article')}
          </button>
          {!range && <p className="hint">{t('First select the words in the article.')}</p>}
        </>
      )}
    </div>
  );
}

type Verdict = ClaimDetailFragment['verdicts'][number];

function Reaffirm({ claim, verdict }: { claim: ClaimDetailFragment; verdict: Verdict }) {
  const { sending, error, send } = useSending();
  const [note, setNote] = useState('');
  const reaffirm = () =>
    void send(async () => {
      await run(ReaffirmVerdictDocument, { input: { verdict: verdict.id, expectedWordingVersion: claim.wordingVersion, note: note.trim() || null } });
      say(t('You stand by your verdict.'));
      touch();
    });
  useKeys((event) => {
    if (event.key === 'y' && !event.ctrlKey && !event.metaKey) reaffirm();
  });
  return (
    <div className="note warn">
      <p>{t('The words changed after you judged them. Read them. If your verdict still holds, reaffirm it; if not, change it.')}</p>
      <Field label={t('A note, if you like')}>{(id) => <input id={id} dir="auto" maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
      <ErrorNote error={error} />
      <button type="button" className="primary" disabled={sending} onClick={reaffirm} aria-keyshortcuts="y">
        {t('Reaffirm my verdict')} <kbd>y</kbd>
      </button>
    </div>
  );
}

function Mine({ claim, verdict, onEdit, talk }: { claim: ClaimDetailFragment; verdict: Verdict; onEdit: () => void; talk: ReactNode }) {
  const [withdrawing, setWithdrawing] = useState(false);
  const viewer = useViewer();
  const rested = claim.ruling?.state === 'PUBLISHED' ? claim.ruling.verdicts.find((one) => one.reviewer?.id === viewer.id) : undefined;
  return (
    <section className="verdicts">
      <h3>{t('Your verdict')}</h3>
      <VerdictCard verdict={verdict} edits={false}>{talk}</VerdictCard>
      {claim.ruling?.state === 'PUBLISHED' && (
        <p className="note">
          {t('The ruling:')} <RatingChip rating={claim.ruling.rating} small />{' '}
          {rested ? (rested.dissents ? t('Your verdict dissents from it, and is recorded with it.') : t('Your verdict agrees with it.')) : t('It does not rest on your verdict.')}
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={onEdit}>{t('Change it')}</button>
        <button type="button" onClick={() => setWithdrawing(true)}>{t('Withdraw it')}</button>
      </div>
      <WithdrawVerdict verdict={verdict} open={withdrawing} onClose={() => setWithdrawing(false)} />
    </section>
  );
}

function WithdrawVerdict({ verdict, open, onClose }: { verdict: Verdict; open: boolean; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  return (
    <Dialog open={open} onClose={onClose} title={t('Withdraw the verdict')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send(async () => {
            await run(WithdrawVerdictDocument, { input: { verdict: verdict.id, reason, expectedVersion: verdict.version } });
            say(t('The verdict is withdrawn.'));
            touch();
            onClose();
          });
        }}
      >
        <Field label={t('Why')} hint={t('You and editors can still read the verdict, with this reason.')}>
          {(id, described) => <Growing id={id} aria-describedby={described} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <ErrorNote error={error} />
        <button type="submit" className="primary" disabled={sending}>{t('Withdraw the verdict')}</button>
      </form>
    </Dialog>
  );
}

export function VerdictCard({ verdict, edits, children }: { verdict: Verdict; edits: boolean; children?: ReactNode }) {
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <article className={`verdict ${verdict.state === 'WITHDRAWN' ? 'gone' : ''}`}>
      <header>
        <RatingChip rating={verdict.rating} />
        <span className="who">
          <bdi>{verdict.reviewer.displayName}</bdi> · <Time at={verdict.submittedAt} />
        </span>
        {verdict.stale && <span className="chip stale">{t('On older words')}</span>}
        {verdict.changedAfterReading && <span className="chip" title={t('Blind review had ended for this reviewer when they changed the rating.')}>{t('rating changed after reading others')}</span>}
        {verdict.number > 1 && <span className="chip quiet">{count(verdict.number, 'submitted once', 'submitted {n} times')}</span>}
      </header>
      <p className="prose" dir="auto">{verdict.rationale}</p>
      <Citations citations={verdict.citations} />
      {verdict.reaffirmedAt && (
        <p className="quiet small">
          {t('Reaffirmed')} <Time at={verdict.reaffirmedAt} /> <bdi>{verdict.reaffirmNote}</bdi>
        </p>
      )}
      {verdict.state === 'WITHDRAWN' && verdict.withdrawnAt && (
        <p className="quiet small">
          {t('Withdrawn')} <Time at={verdict.withdrawnAt} />: <bdi>{verdict.withdrawnReason}</bdi>
        </p>
      )}
      {edits && verdict.stale && (
        <>
          <button type="button" onClick={() => setWithdrawing(true)}>{t('Take it out of force')}</button>
          <WithdrawVerdict verdict={verdict} open={withdrawing} onClose={() => setWithdrawing(false)} />
        </>
      )}
      {children}
    </article>
  );
}

export function Citations({ citations }: { citations: Verdict['citations'] }) {
  if (citations.length === 0) return <p className="quiet small">{t('Cites no source.')}</p>;
  return (
    <ul className="citations">
      {citations.map((citation) => (
        <li key={citation.id}>
          <Cited citation={citation} />
        </li>
      ))}
    </ul>
  );
}

/** A source under its title, its address, or what it is found by. */
function Cited({ citation }: { citation: Verdict['citations'][number] }) {
  const { kind, url, description, doi, isbn, issn, source } = citation;
  const title = source.title ?? (kind === 'WEB' ? url : description) ?? description ?? url;
  const numbers = [isbn && `ISBN ${isbn}`, issn && `ISSN ${issn}`].filter(Boolean) as string[];
  return (
    <>
      <span className={`stance-tag ${citation.stance}`} title={stanceMeaning(citation.stance)}>{stanceName(citation.stance)}</span>{' '}
      {kind !== 'WEB' && <span className="chip">{kindName(kind)}</span>}{' '}
      {url ? (
        <OutLink url={url}>
          <bdi>{title}</bdi>
        </OutLink>
      ) : (
        <bdi className="cited-title">{title}</bdi>
      )}{' '}
      {source.publisher && <bdi className="quiet">{source.publisher}</bdi>}{' '}
      {description && title !== description && <bdi className="cited-where">{description}</bdi>}
      {(numbers.length > 0 || doi || citation.archiveUrl) && (
        <span className="cited-numbers">
          {numbers.map((one) => (
            <bdi key={one}>{one}</bdi>
          ))}
          {doi && <OutLink url={`https://doi.org/${encodeURI(doi)}`}>{`DOI ${doi}`}</OutLink>}
          {citation.archiveUrl && <OutLink url={citation.archiveUrl}>{t('Archived copy')}</OutLink>}
        </span>
      )}
      {citation.quote && <q dir="auto">{citation.quote}</q>}
    </>
  );
}

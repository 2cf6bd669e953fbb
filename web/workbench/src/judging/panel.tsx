import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { outbox, takeBack } from '../api/outbox';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type ClaimDetailFragment, ClaimPanelDocument } from '../gql/graphql';
import { count, day, t } from '../i18n';
import type { Text } from '../reading/model';
import type { Stretch } from '../reading/text';
import { ErrorNote, Icon, isUnfocused, Loading, Menu, Outcome, StateChip, Time, useKeys } from '../ui/parts';
import { memory, useStore } from '../ui/store';
import { Asked } from './assignment';
import { isHidden, useDiscussion, usePeople } from './comments';
import { DiscussionPart, VerdictTalk } from './discussion';
import { JudgeForm } from './judge-form';
import { Places } from './places';
import { barriers, costOfJudging, NotReady } from './readiness';
import { Mine, Reaffirm, VerdictCard } from './verdict';

const Editing = lazy(() => import('./editing'));
const RulingPart = lazy(() => import('./ruling'));
const History = lazy(() => import('./history'));
const NextClaim = lazy(() => import('./next'));

export type Task = 'edit' | 'withdraw' | 'restore' | 'assign' | 'reread';

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
  const inTheWay = barriers(claim, place, viewer);
  const publishes = edits && claim.state === 'READY' && !ruled && inTheWay.length === 0;
  const cost = costOfJudging(claim, place, viewer);
  const land = useLanding();
  const ruling = (
    <Suspense fallback={null}>
      {(claim.ruling || publishes) && <RulingPart claim={claim} publishes={publishes} onPublished={() => land('ruling-title')} />}
      {edits && !ruled && !gone && inTheWay.length > 0 && claim.state !== 'WITHDRAWN' && claim.summary.verdictCount > 0 && <NotReady claim={claim} found={inTheWay} onTask={setTask} />}
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
      <h2 className="claim-title" id="claim-title" tabIndex={-1} dir="auto">{claim.statement}</h2>
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
      <Places claim={claim} edits={edits} text={text} selection={selection} revision={revision} onAsk={edits && judges ? () => setTask('reread') : undefined} />
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
          cost={cost}
          onReload={onReload}
          onDone={(submitted) => {
            if (submitted) land('my-verdict');
            setEditing(false);
            setRound((n) => n + 1);
          }}
        />
      ) : (judges && !inForce) || publishes ? (
        <div className="judge actions">
          {publishes && <ToRuling />}
          {judges && !inForce && <button type="button" aria-describedby={cost && 'cost-of-judging'} onClick={() => setEditing(true)}>{t('Judge it too')}</button>}
          {judges && !inForce && cost && <p className="hint" id="cost-of-judging">{cost}</p>}
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
          <h3>{inForce ? t('Other verdicts') : t('Verdicts')}</h3>
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

/**
 * Takes the focus to a heading once it is drawn: to the claim when it is opened and nothing else has the focus, to one's verdict and to the ruling
 * when they are submitted. Their forms are gone then, and the focus with them.
 */
function useLanding() {
  const target = useRef<string>('claim-title');
  useEffect(() => {
    const heading = document.getElementById(target.current);
    if (!heading) return;
    const opened = target.current === 'claim-title';
    target.current = '';
    if (!isUnfocused()) return;
    heading.focus({ preventScroll: true });
    if (!opened) heading.scrollIntoView({ block: 'nearest' });
  });
  return (id: string) => {
    target.current = id;
  };
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

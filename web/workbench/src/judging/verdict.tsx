import { type ReactNode, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type ClaimDetailFragment, ReaffirmVerdictDocument, ReviewersDocument, WithdrawVerdictDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Dialog, ErrorNote, Field, Growing, RatingChip, say, Time, useKeys, useSending } from '../ui/parts';
import { Citations } from './citation';

export type Verdict = ClaimDetailFragment['verdicts'][number];

export function Reaffirm({ claim, verdict }: { claim: ClaimDetailFragment; verdict: Verdict }) {
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
      <Field label={t('Note (optional)')}>{(id) => <input id={id} dir="auto" maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
      <ErrorNote error={error} />
      <button type="button" className="primary" disabled={sending} onClick={reaffirm} aria-keyshortcuts="y">
        {t('Reaffirm my verdict')} <kbd>y</kbd>
      </button>
    </div>
  );
}

export function Mine({ claim, verdict, onEdit, talk }: { claim: ClaimDetailFragment; verdict: Verdict; onEdit: () => void; talk: ReactNode }) {
  const [withdrawing, setWithdrawing] = useState(false);
  const viewer = useViewer();
  const rested = claim.ruling?.state === 'PUBLISHED' ? claim.ruling.verdicts.find((one) => one.reviewer?.id === viewer.id) : undefined;
  return (
    <section className="verdicts">
      <h3 id="my-verdict" tabIndex={-1}>{t('Your verdict')}</h3>
      <VerdictCard verdict={verdict} edits={false}>{talk}</VerdictCard>
      {claim.ruling?.state === 'PUBLISHED' && (
        <p className="note">
          {t('The ruling:')} <RatingChip rating={claim.ruling.rating} small />{' '}
          {rested ? (rested.dissents ? t('Your verdict dissents from it, and is recorded with it.') : t('Your verdict agrees with it.')) : t('It does not rest on your verdict.')}
        </p>
      )}
      <NextStep claim={claim} />
      <div className="actions">
        <button type="button" onClick={onEdit}>{t('Change it')}</button>
        <button type="button" onClick={() => setWithdrawing(true)}>{t('Withdraw it')}</button>
      </div>
      <WithdrawVerdict verdict={verdict} open={withdrawing} onClose={() => setWithdrawing(false)} />
    </section>
  );
}

/** What the claim waits for. */
function NextStep({ claim }: { claim: ClaimDetailFragment }) {
  const { newsroom, role } = usePlace();
  // To editors the part about the ruling says what comes next.
  if (atLeast(role, 'EDITOR')) return null;
  const left = newsroom.policy.verdictsRequired - claim.summary.verdictCount;
  if (claim.state === 'IN_REVIEW' && left > 0) {
    return <p className="hint">{count(left, 'The claim needs one more verdict. Then an editor can publish a ruling.', 'The claim needs {n} more verdicts. Then an editor can publish a ruling.')}</p>;
  }
  if (claim.state !== 'READY') return null;
  if (claim.stale) return <p className="hint">{t('The claim has enough verdicts. Once its reviewers have read the new words, an editor can publish a ruling.')}</p>;
  return <p className="hint">{t('The claim has enough verdicts. An editor can publish a ruling.')}</p>;
}

function WithdrawVerdict({ verdict, open, onClose, hint }: { verdict: Verdict; open: boolean; onClose: () => void; hint?: string }) {
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
        <Field label={t('Why')} hint={hint ?? t('You and editors can still read the verdict, with this reason.')}>
          {(id, described) => <Growing id={id} aria-describedby={described} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <ErrorNote error={error} />
        <button type="submit" className="primary" disabled={sending}>{t('Withdraw the verdict')}</button>
      </form>
    </Dialog>
  );
}

export function VerdictCard({ verdict, edits, children }: { verdict: Verdict; edits: boolean; children?: ReactNode }) {
  return (
    <article className={`verdict ${verdict.state === 'WITHDRAWN' ? 'gone' : ''}`}>
      <header>
        <RatingChip rating={verdict.rating} />
        <span className="who">
          <bdi>{verdict.reviewer.displayName}</bdi> · <Time at={verdict.submittedAt} />
        </span>
        {verdict.stale && <span className="chip stale">{t('Judged earlier words')}</span>}
        {verdict.changedAfterReading && <span className="chip" title={t('This reviewer could read the verdicts of others before they changed the rating.')}>{t('rating changed after reading others')}</span>}
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
      {edits && verdict.stale && verdict.state === 'SUBMITTED' && <WithdrawForFormer verdict={verdict} />}
      {children}
    </article>
  );
}

/** An editor may withdraw somebody's verdict only if its reviewer can no longer do anything about it. */
function WithdrawForFormer({ verdict }: { verdict: Verdict }) {
  const { slug } = usePlace();
  const { data } = useData(ReviewersDocument, { slug }, { still: true });
  const [withdrawing, setWithdrawing] = useState(false);
  const reviewers = data?.newsroom?.reviewers;
  if (!reviewers || reviewers.some((one) => one.id === verdict.reviewer.id)) return null;
  return (
    <>
      <p className="quiet small">{t('Its reviewer may no longer judge here, and so cannot read the new words.')}</p>
      <button type="button" onClick={() => setWithdrawing(true)}>{t('Withdraw the verdict')}</button>
      <WithdrawVerdict verdict={verdict} open={withdrawing} onClose={() => setWithdrawing(false)} hint={t('Editors can still read the verdict, with this reason.')} />
    </>
  );
}

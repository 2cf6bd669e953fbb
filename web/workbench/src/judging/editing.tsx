import { type FormEvent, useState } from 'react';
import { run, touch, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import { usePlace } from '../app/session';
import { AssignClaimDocument, type ClaimDetailFragment, EditClaimDocument, type PersonFragment, RestoreClaimDocument, ReviewersDocument, UnassignClaimDocument, WithdrawClaimDocument } from '../gql/graphql';
import { t } from '../i18n';
import { ReasonForm } from '../ui/reason';
import { Dialog, ErrorNote, errorText, Field, Growing, Loading, say, useSending } from '../ui/parts';
import type { Task } from './panel';

export default function Editing({ claim, task, onClose }: { claim: ClaimDetailFragment; task: Task; onClose: () => void }) {
  const titles = { edit: t('Edit the claim'), withdraw: t('Withdraw the claim'), restore: t('Restore the claim'), assign: t('Ask reviewers to judge it'), reread: t('Ask the reviewers to read it again') };
  return (
    <Dialog open onClose={onClose} title={titles[task]}>
      {task === 'edit' && <Edit claim={claim} onClose={onClose} />}
      {task === 'withdraw' && (
        <ReasonForm
          hint={t('The claim stays readable, with this reason. It cannot be judged any more.')}
          action={t('Withdraw the claim')}
          danger
          onSend={async (reason) => {
            await run(WithdrawClaimDocument, { input: { claim: claim.id, reason, expectedVersion: claim.version } });
            say(t('The claim is withdrawn.'));
            onClose();
          }}
        />
      )}
      {task === 'restore' && (
        <ReasonForm
          hint={t('The reason is kept in the audit log. Verdicts and assignments are as they were.')}
          action={t('Restore the claim')}
          onSend={async (reason) => {
            await run(RestoreClaimDocument, { input: { claim: claim.id, reason, expectedVersion: claim.version } });
            say(t('The claim is restored.'));
            onClose();
          }}
        />
      )}
      {(task === 'assign' || task === 'reread') && <Assign claim={claim} again={task === 'reread'} onClose={onClose} />}
    </Dialog>
  );
}

function Edit({ claim, onClose }: { claim: ClaimDetailFragment; onClose: () => void }) {
  const judged = claim.summary.verdictCount > 0 || claim.verdicts.length > 0;
  const [statement, setStatement] = useState(claim.statement);
  const [claimant, setClaimant] = useState(claim.claimant ?? '');
  const [claimedOn, setClaimedOn] = useState(claim.claimedOn ?? '');
  const [tags, setTags] = useState(claim.tags.join(', '));
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(EditClaimDocument, {
        input: {
          claim: claim.id,
          expectedVersion: claim.version,
          tags: tags.split(',').map((tag) => tag.trim()).filter(Boolean),
          ...(judged ? {} : { statement: statement.trim(), claimant: claimant.trim() || null, claimedOn: claimedOn || null }),
        },
      });
      say(t('The claim is changed.'));
      touch();
      onClose();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {judged && <p className="note">{t('Somebody has judged this claim, so its words are fixed. Its tags can change.')}</p>}
      <Field label={t('What is claimed')}>{(id) => <Growing id={id} disabled={judged} required maxLength={1000} value={statement} onChange={(event) => setStatement(event.target.value)} />}</Field>
      <div className="pair">
        <Field label={t('Who claims it')}>{(id) => <input id={id} dir="auto" disabled={judged} maxLength={200} value={claimant} onChange={(event) => setClaimant(event.target.value)} />}</Field>
        <Field label={t('Date of the claim')}>{(id) => <input id={id} type="date" disabled={judged} value={claimedOn} onChange={(event) => setClaimedOn(event.target.value)} />}</Field>
      </div>
      <Field label={t('Tags')} hint={t('Separated by commas.')}>{(id) => <input id={id} dir="auto" value={tags} onChange={(event) => setTags(event.target.value)} />}</Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending}>{t('Save')}</button>
    </form>
  );
}

function Whom({ people, chosen, judged, onChange }: { people: PersonFragment[]; chosen: ReadonlySet<string>; judged: ReadonlySet<string>; onChange: (next: ReadonlySet<string>) => void }) {
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChange(next);
  };
  return (
    <fieldset className="choices">
      <legend>{t('Whom to ask')}</legend>
      {people.length === 0 && <p>{t('None of those who judged the earlier words may judge here any more. Withdraw their verdicts, and ask others.')}</p>}
      {people.map((person) => (
        <label key={person.id}>
          <input type="checkbox" checked={chosen.has(person.id)} onChange={(event) => toggle(person.id, event.target.checked)} />
          <bdi>{person.displayName}</bdi>
          {judged.has(person.id) && <span className="chip quiet">{t('has judged it')}</span>}
        </label>
      ))}
    </fieldset>
  );
}

function DueDay({ value, error, onChange }: { value: string; error: string | undefined; onChange: (day: string) => void }) {
  return (
    <Field label={t('By when')} error={error}>
      {(id, described) => <input id={id} aria-describedby={described} type="date" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

const isAboutDay = (error: ApiError) => error.field?.endsWith('dueAt') === true;

/** Asks reviewers to judge a claim; or those who judged earlier words, to read the new ones. */
function Assign({ claim, again, onClose }: { claim: ClaimDetailFragment; again: boolean; onClose: () => void }) {
  const { slug } = usePlace();
  const { data, error: failed } = useData(ReviewersDocument, { slug }, { still: true });
  const asked = new Set(claim.assignments.map((one) => one.reviewer.id));
  const outdated = new Set(claim.verdicts.filter((verdict) => verdict.state === 'SUBMITTED' && verdict.stale).map((verdict) => verdict.reviewer.id));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(again ? outdated : asked);
  const [dueAt, setDueAt] = useState((!again && claim.assignments.find((one) => one.dueAt)?.dueAt?.slice(0, 10)) || '');
  const [note, setNote] = useState(again ? t('The words changed. Please read them again, then reaffirm your verdict or change it.') : (claim.assignments.find((one) => one.note)?.note ?? ''));
  const { sending, error, setError, send } = useSending();
  const people = data?.newsroom?.reviewers?.filter((person) => !again || outdated.has(person.id));
  if (!people) return failed ? <ErrorNote error={failed} /> : <Loading />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const removed = again ? [] : [...asked].filter((id) => !chosen.has(id));
      const invited = [...chosen].filter((id) => people.some((person) => person.id === id));
      if (invited.length > 0) {
        await run(AssignClaimDocument, {
          input: { claim: claim.id, reviewers: invited, dueAt: dueAt ? new Date(`${dueAt}T23:59:00`).toISOString() : null, note: note.trim() || null },
        });
      }
      // Last, so that nothing is changed where a day or a note is refused.
      if (removed.length > 0) await run(UnassignClaimDocument, { input: { claim: claim.id, reviewers: removed } });
      say(t('The reviewers are asked.'));
      touch();
      onClose();
    });
  };
  const judged = new Set(claim.verdicts.filter((verdict) => verdict.state === 'SUBMITTED').map((verdict) => verdict.reviewer.id));
  return (
    <form className="stack" onSubmit={submit}>
      <Whom people={people} chosen={chosen} judged={again ? new Set() : judged} onChange={setChosen} />
      <DueDay value={dueAt} error={error && isAboutDay(error) ? errorText(error) : undefined} onChange={(day) => { setError(undefined); setDueAt(day); }} />
      <Field label={t('What to say to them')} hint={t('Everybody who reads the claim can read it.')}>
        {(id, described) => <Growing id={id} aria-describedby={described} rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <ErrorNote error={error && isAboutDay(error) ? undefined : error} />
      <button type="submit" className="primary" disabled={sending || (chosen.size === 0 && (again || asked.size === 0))}>{t('Ask them')}</button>
    </form>
  );
}

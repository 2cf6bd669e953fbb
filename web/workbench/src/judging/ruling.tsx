import { type FormEvent, useState } from 'react';
import { run, touch } from '../api/client';
import { atLeast, usePlace } from '../app/session';
import { type ClaimDetailFragment, CorrectRulingDocument, type CorrectionKind, PublishRulingDocument, type RuledFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { Dialog, ErrorNote, errorText, Field, Growing, Icon, RatingChip, say, Time, useSending } from '../ui/parts';
import { memory } from '../ui/store';
import { pointText, useReadiness } from './readiness';

/** The ruling on a claim; for editors, how to publish or correct it. */
export default function RulingPart({ claim, publishes, onPublished }: { claim: ClaimDetailFragment; publishes: boolean; onPublished: () => void }) {
  const { role, newsroom } = usePlace();
  const [correcting, setCorrecting] = useState(false);
  const { ruling } = claim;
  const edits = atLeast(role, 'EDITOR');
  return (
    <>
      {ruling && (
        <section className="ruling">
          <h3 id="ruling-title" tabIndex={-1}>{ruling.state === 'RETRACTED' ? t('Retracted ruling') : t('Ruling')}</h3>
          <RulingCard ruling={ruling} />
          <div className="actions">
            {edits && ruling.state === 'PUBLISHED' && <button type="button" onClick={() => setCorrecting(true)}>{t('Correct or retract it')}</button>}
            {newsroom.policy.publicReading && <PublicLink ruling={ruling.slug} />}
          </div>
          <Dialog open={correcting} onClose={() => setCorrecting(false)} title={t('Correct or retract the ruling')} wide>
            <Correct ruling={ruling} onClose={() => setCorrecting(false)} />
          </Dialog>
        </section>
      )}
      {publishes && <Publish claim={claim} onPublished={onPublished} />}
    </>
  );
}

/** The ruling's page for readers without an account. */
export function PublicLink({ ruling }: { ruling: string }) {
  const { slug } = usePlace();
  return (
    <a className="button quiet-button" href={`/n/${slug}/rulings/${ruling}`} target="_blank" rel="noopener nofollow">
      <Icon name="link" /> {t('Public page')}
    </a>
  );
}

export const correctionName = (kind: CorrectionKind): string =>
  ({ CORRECTION: t('Correction'), CLARIFICATION: t('Clarification'), UPDATE: t('Update'), RETRACTION: t('Retraction') })[kind];

export function RulingCard({ ruling }: { ruling: RuledFragment }) {
  const { role } = usePlace();
  const dissents = ruling.verdicts.filter((verdict) => verdict.dissents).length;
  return (
    <article className={ruling.state === 'RETRACTED' ? 'verdict gone' : 'verdict'}>
      <header>
        <RatingChip rating={ruling.rating} />
        <span className="who">
          {ruling.publishedBy && <bdi>{ruling.publishedBy.displayName}</bdi>} · <Time at={ruling.publishedAt} />
        </span>
      </header>
      {ruling.wordsChanged && ruling.state === 'PUBLISHED' && (
        <p className="note warn">
          {atLeast(role, 'EDITOR') ? t('The words changed after this ruling. Check whether it still holds. If not, correct or retract it.') : t('The words changed after this ruling. An editor checks whether it still holds, and corrects it if not.')}
        </p>
      )}
      <p className="prose" dir="auto">{ruling.summary}</p>
      {ruling.dissent && (
        <p className="prose" dir="auto">
          <strong>{t('Dissent:')}</strong> {ruling.dissent}
        </p>
      )}
      <p className="quiet small">
        {count(ruling.verdicts.length, 'Rests on one verdict.', 'Rests on {n} verdicts.')} {dissents > 0 && count(dissents, 'One dissents.', '{n} dissent.')}
      </p>
      {ruling.corrections.length > 0 && (
        <ol className="corrections">
          {ruling.corrections.map((correction) => (
            <li key={correction.number}>
              <strong>{correctionName(correction.kind)}</strong> <Time at={correction.madeAt} />: <bdi>{correction.reason}</bdi>
              <details>
                <summary>{t('What it said before')}</summary>
                <RatingChip rating={correction.previousRating} small />
                <p className="prose" dir="auto">{correction.previousSummary}</p>
              </details>
            </li>
          ))}
        </ol>
      )}
    </article>
  );
}

function RatingSelect({ id, value, onChange, keep }: { id: string; value: string; onChange: (key: string) => void; keep?: string }) {
  const { newsroom } = usePlace();
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{keep ?? t('Choose…')}</option>
      {newsroom.ratingScale.ratings.map((rating) => (
        <option key={rating.key} value={rating.key}>
          {rating.label}
        </option>
      ))}
    </select>
  );
}

function Publish({ claim, onPublished }: { claim: ClaimDetailFragment; onPublished: () => void }) {
  const keptAt = `draft.ruling.${claim.id}`;
  const [kept] = useState(() => memory.read<{ rating: string; summary: string; dissent: string }>(keptAt));
  const shared = claim.summary.verdictCounts.length === 1 && claim.summary.hiddenVerdictCount === 0 ? (claim.summary.verdictCounts[0]?.rating.key ?? '') : '';
  const [rating, setRating] = useState(kept?.rating ?? shared);
  const [summary, setSummary] = useState(kept?.summary ?? '');
  const [dissent, setDissent] = useState(kept?.dissent ?? '');
  const readiness = useReadiness(claim.id, rating);
  const { sending, error, send } = useSending();
  const keep = (change: Partial<{ rating: string; summary: string; dissent: string }>) => memory.write(keptAt, { rating, summary, dissent, ...change });
  const missing = readiness?.missing.filter((point) => point.code !== 'SUMMARY_REQUIRED' && point.code !== 'ALREADY_PUBLISHED') ?? [];
  const blocked = missing.some((point) => point.severity === 'BLOCKS');
  const [asking, setAsking] = useState(false);
  const complete = !sending && !!readiness && !blocked && rating !== '' && summary.trim() !== '';
  const publish = () =>
    void send(async () => {
      setAsking(false);
      await run(PublishRulingDocument, { input: { claim: claim.id, rating, summary, dissent: dissent.trim() || null, expectedVersion: claim.version } });
      memory.write(keptAt, undefined);
      say(t('The ruling is published.'));
      onPublished();
      touch();
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete) return;
    // Once a ruling is out, readers see that nobody who judged the claim agrees with it.
    if (missing.some((point) => point.code === 'ALL_VERDICTS_DISSENT')) setAsking(true);
    else publish();
  };
  return (
    <section className="ruling" id="publish">
      <h3>{t('Publish a ruling')}</h3>
      {readiness && (
        <ul className="readiness" aria-label={t('What is missing')}>
          {missing.length === 0 && (
            <li className="fine">
              <Icon name="check" /> {t('Only the summary is missing.')}
            </li>
          )}
          {missing.map((point) => (
            <li key={point.code} className={point.severity === 'BLOCKS' ? 'blocks' : 'warns'}>
              <Icon name="warn" /> <span><strong>{point.severity === 'BLOCKS' ? t('Needed:') : t('Note:')}</strong> {pointText(point.code, point.message)}</span>
            </li>
          ))}
        </ul>
      )}
      <form
        className="stack"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
        }}
      >
        <Field label={t('Rating')}>
          {(id) => (
            <RatingSelect
              id={id}
              value={rating}
              onChange={(key) => {
                setRating(key);
                keep({ rating: key });
              }}
            />
          )}
        </Field>
        <Field label={t('What was found')} error={error?.field?.endsWith('summary') ? errorText(error) : undefined}>
          {(id) => (
            <Growing
              id={id}
              rows={4}
              required
              maxLength={10_000}
              value={summary}
              onChange={(event) => {
                setSummary(event.target.value);
                keep({ summary: event.target.value });
              }}
            />
          )}
        </Field>
        {claim.summary.disputed && (
          <Field label={t('What to say of verdicts that differ')} hint={t('They are recorded with the ruling either way.')}>
            {(id, described) => (
              <Growing
                id={id}
                aria-describedby={described}
                rows={2}
                maxLength={10_000}
                value={dissent}
                onChange={(event) => {
                  setDissent(event.target.value);
                  keep({ dissent: event.target.value });
                }}
              />
            )}
          </Field>
        )}
        {!error?.field?.endsWith('summary') && <ErrorNote error={error} />}
        <button type="submit" className="primary" disabled={!complete}>
          {sending ? t('Publishing…') : t('Publish the ruling')}
        </button>
        {!blocked && !!readiness && !complete && !sending && <p className="hint">{rating === '' ? t('Choose a rating, and write what was found.') : t('Write what was found.')}</p>}
        {blocked && <p className="hint">{t('Choose another rating, or ask a reviewer to add a source.')}</p>}
      </form>
      <AskOnce open={asking} claim={claim} rating={rating} onPublish={publish} onClose={() => setAsking(false)} />
    </section>
  );
}

/** Before a ruling that no reviewer agrees with. */
function AskOnce({ open, claim, rating, onPublish, onClose }: { open: boolean; claim: ClaimDetailFragment; rating: string; onPublish: () => void; onClose: () => void }) {
  const { newsroom } = usePlace();
  const chosen = newsroom.ratingScale.ratings.find((one) => one.key === rating);
  return (
    <Dialog open={open} onClose={onClose} title={t('No reviewer gave this rating')}>
      <div className="stack">
        <p>
          {t('You publish:')} {chosen && <RatingChip rating={chosen} />}
        </p>
        <p className="chips">
          {t('The reviewers gave:')}{' '}
          {claim.summary.verdictCounts.map(({ rating: given, count: times }) => (
            <span key={given.id} className="counted">
              <RatingChip rating={given} />
              {times > 1 && <span className="times">×{times}</span>}
            </span>
          ))}
        </p>
        <p>{t('Every verdict will be recorded with the ruling as dissenting. Readers see that.')}</p>
        <div className="actions">
          <button type="button" className="danger" onClick={onPublish}>{t('Publish it all the same')}</button>
          <button type="button" onClick={onClose}>{t('Go back')}</button>
        </div>
      </div>
    </Dialog>
  );
}

function Correct({ ruling, onClose }: { ruling: RuledFragment; onClose: () => void }) {
  const { newsroom } = usePlace();
  const [kind, setKind] = useState<CorrectionKind>('CORRECTION');
  const [rating, setRating] = useState('');
  const [summary, setSummary] = useState(ruling.summary);
  const [dissent, setDissent] = useState(ruling.dissent ?? '');
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  const retracts = kind === 'RETRACTION';
  const next = kind === 'CLARIFICATION' ? undefined : newsroom.ratingScale.ratings.find((one) => one.key === rating);
  const kinds: [CorrectionKind, string][] = [
    ['CORRECTION', t('Something in the ruling was wrong.')],
    ['CLARIFICATION', t('It was right, and is said more clearly. The rating stays.')],
    ['UPDATE', t('It was right when it was published. Something new came in.')],
    ['RETRACTION', t('The newsroom takes it back. It stays readable, with the reason.')],
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(CorrectRulingDocument, {
        input: {
          ruling: ruling.id,
          kind,
          reason,
          expectedVersion: ruling.version,
          ...(retracts ? {} : { summary, dissent: dissent.trim() || null, ...(rating && kind !== 'CLARIFICATION' ? { rating } : {}) }),
        },
      });
      say(retracts ? t('The ruling is retracted.') : t('The ruling is corrected. Readers see what it said before.'));
      touch();
      onClose();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <fieldset className="choices">
        <legend>{t('Kind of change')}</legend>
        {kinds.map(([value, what]) => (
          <label key={value}>
            <input type="radio" name="kind" checked={kind === value} onChange={() => setKind(value)} />
            <span>
              <strong>{correctionName(value)}</strong> <span className="quiet">{what}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {!retracts && (
        <>
          {kind !== 'CLARIFICATION' && (
            <Field label={t('Rating')} hint={t('To change the rating, the claim needs everything that publishing needs.')}>
              {(id) => <RatingSelect id={id} value={rating} onChange={setRating} keep={t('As it is: {rating}', { rating: ruling.rating.label })} />}
            </Field>
          )}
          {next && next.id !== ruling.rating.id && (
            <p className="note warn chips" role="status">
              {t('The public rating changes:')} <RatingChip rating={ruling.rating} /> <span aria-label={t('to')} role="img">→</span> <RatingChip rating={next} />
            </p>
          )}
          <Field label={t('What was found')}>{(id) => <Growing id={id} rows={4} required maxLength={10_000} value={summary} onChange={(event) => setSummary(event.target.value)} />}</Field>
          <Field label={t('What to say of verdicts that differ')}>{(id) => <Growing id={id} rows={2} maxLength={10_000} value={dissent} onChange={(event) => setDissent(event.target.value)} />}</Field>
        </>
      )}
      <Field label={t('Why')} hint={t('Everybody who reads the ruling reads this too.')}>
        {(id, described) => <Growing id={id} aria-describedby={described} rows={2} required maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <ErrorNote error={error} />
      <button type="submit" className={retracts ? 'danger' : 'primary'} disabled={sending}>
        {retracts ? t('Retract the ruling') : t('Correct the ruling')}
      </button>
    </form>
  );
}

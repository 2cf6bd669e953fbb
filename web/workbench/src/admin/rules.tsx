import { type FormEvent, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { usePlace } from '../app/session';
import { PolicyNowDocument, type PolicyNowQuery, RenameNewsroomDocument, ReplaceRatingScaleDocument, SetPolicyDocument } from '../gql/graphql';
import { t } from '../i18n';
import { ErrorNote, errorText, Field, Icon, Loading, RatingChip, say, useSending } from '../ui/parts';
import { contrast, distance } from './colours';
import { ProfileForm } from './profile';

type Now = NonNullable<PolicyNowQuery['newsroom']>;

function useNow() {
  const { slug } = usePlace();
  const { data, error, reload } = useData(PolicyNowDocument, { slug });
  return { now: data?.newsroom, error, reload };
}

export function PolicyTab() {
  const { now, error, reload } = useNow();
  if (!now) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <NameForm key={now.name} now={now} />
      <PolicyForm key={JSON.stringify(now.policy)} now={now} />
      <ProfileForm key={JSON.stringify(now.profile)} newsroom={now.id} version={now.version} profile={now.profile} open={now.policy.publicReading} />
    </>
  );
}

function NameForm({ now }: { now: Now }) {
  const [name, setName] = useState(now.name);
  const { sending, error, send } = useSending();
  const atField = error?.field === 'name' ? errorText(error) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(RenameNewsroomDocument, { input: { newsroom: now.id, name: name.trim(), expectedVersion: now.version } });
      say(t('The newsroom is renamed.'));
      touch();
    });
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <Field label={t('Name of the newsroom')} hint={t('Its address stays. Rulings that are signed keep the name that they were signed with.')} error={atField}>
        {(id, described) => <input id={id} aria-describedby={described} dir="auto" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {!atField && <ErrorNote error={error} />}
      <button type="submit" disabled={sending || !name.trim() || name.trim() === now.name}>{t('Rename')}</button>
    </form>
  );
}

function PolicyForm({ now }: { now: Now }) {
  const [policy, setPolicy] = useState({ ...now.policy });
  const { sending, error, send } = useSending();
  const tick = (name: 'blindReview' | 'publicReading' | 'secondReader', label: string, hint: string) => (
    <label>
      <input type="checkbox" checked={policy[name]} onChange={(event) => setPolicy({ ...policy, [name]: event.target.checked })} />
      <span>
        <strong>{label}</strong>
        <br />
        <span className="quiet">{hint}</span>
      </span>
    </label>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { blindReview, publicReading, secondReader, verdictsRequired } = policy;
      await run(SetPolicyDocument, { input: { newsroom: now.id, expectedVersion: now.version, blindReview, publicReading, secondReader, verdictsRequired } });
      say(t('The policy is set. What is published stays as it is.'));
      touch();
    });
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <div className="choices">
        {tick('blindReview', t('Blind review'), t('Verdicts stay hidden from readers and other reviewers until a claim has enough of them.'))}
        {tick('secondReader', t('Second reader'), t('An editor who judged a claim cannot publish its ruling. Another editor must.'))}
        {tick('publicReading', t('Public reading'), t('Everybody, without an account, can read the rulings and what they rest on.'))}
      </div>
      <Field label={t('Verdicts that a claim needs')}>
        {(id) => <input id={id} type="number" min={1} max={20} required value={policy.verdictsRequired} onChange={(event) => setPolicy({ ...policy, verdictsRequired: Number(event.target.value) })} />}
      </Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending}>{t('Set the policy')}</button>
    </form>
  );
}

interface Row {
  id: string;
  key: string;
  label: string;
  description: string;
  colour: string;
  rank: string;
  needsSource: boolean;
}

export function ScaleTab() {
  const { now, error, reload } = useNow();
  if (!now) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  return <ScaleForm key={now.ratingScale.id} now={now} />;
}

const rowsOf = (now: Now): Row[] =>
  now.ratingScale.ratings.map(({ id, key, label, description, colour, rank, needsSource }) => ({ id, key, label, description, colour, rank: rank === null || rank === undefined ? '' : String(rank), needsSource }));

function ScaleForm({ now }: { now: Now }) {
  const [name, setName] = useState(now.ratingScale.name);
  const [rows, setRows] = useState<Row[]>(() => rowsOf(now));
  const { sending, error, send } = useSending();
  const set = (id: string, change: Partial<Row>) => setRows(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(ReplaceRatingScaleDocument, {
        input: {
          newsroom: now.id,
          expectedVersion: now.version,
          name,
          ratings: rows.map(({ key, label, description, colour, rank, needsSource }) => ({ key, label, description: description || null, colour, rank: rank === '' ? null : Number(rank), needsSource })),
        },
      });
      say(t('The scale is replaced. Verdicts and rulings keep the scale that they were given under.'));
      touch();
    });
  };
  const warnings = check(rows);
  const unchanged = name === now.ratingScale.name && JSON.stringify(rows) === JSON.stringify(rowsOf(now));
  return (
    <form className="card stack" onSubmit={submit}>
      <p className="quiet">{t('A new scale is used from now on. Verdicts, drafts and rulings keep the one that they were given under.')}</p>
      <Field label={t('Name of the scale')}>{(id) => <input id={id} dir="auto" required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <p className="quiet">{t('The rank orders the ratings: higher is truer. A rating without a rank is outside that order.')}</p>
      <div>
        <div className="scale-row scale-head" aria-hidden="true">
          <span>{t('Colour')}</span>
          <span>{t('Name')}</span>
          <span>{t('Key for programs')}</span>
          <span>{t('Rank')}</span>
        </div>
        {rows.map((row) => (
          <div key={row.id} className="scale-row">
            <input type="color" aria-label={t('Colour of {label}', { label: row.label })} value={row.colour} onChange={(event) => set(row.id, { colour: event.target.value })} />
            <input aria-label={t('Name')} dir="auto" required maxLength={100} value={row.label} onChange={(event) => set(row.id, { label: event.target.value })} />
            <input aria-label={t('Key for programs')} className="mono" required pattern="[A-Z][A-Z0-9_]{0,39}" value={row.key} onChange={(event) => set(row.id, { key: event.target.value.toUpperCase() })} />
            <input aria-label={t('Rank: higher is truer')} type="number" min={0} max={1000} placeholder={t('rank')} value={row.rank} onChange={(event) => set(row.id, { rank: event.target.value })} />
            <label className="tick">
              <input type="checkbox" checked={row.needsSource} onChange={(event) => set(row.id, { needsSource: event.target.checked })} />
              {t('needs a source')}
            </label>
            <button type="button" className="plain" aria-label={t('Remove {label}', { label: row.label })} disabled={rows.length <= 2} onClick={() => setRows(rows.filter((other) => other.id !== row.id))}>
              <Icon name="close" />
            </button>
            <input className="wide-cell" aria-label={t('When it is to be given')} dir="auto" maxLength={500} placeholder={t('When it is to be given')} value={row.description} onChange={(event) => set(row.id, { description: event.target.value })} />
          </div>
        ))}
      </div>
      <button type="button" disabled={rows.length >= 20} onClick={() => setRows([...rows, { id: crypto.randomUUID(), key: '', label: '', description: '', colour: '#57606a', rank: '', needsSource: true }])}>
        <Icon name="plus" /> {t('Add a rating')}
      </button>
      <div className="chips" aria-hidden="true">
        {rows.map((row) => (
          <RatingChip key={row.id} rating={row} />
        ))}
      </div>
      {warnings.length > 0 && (
        <div role="status">
          <ul className="note warn">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending || unchanged}>{t('Replace the scale')}</button>
    </form>
  );
}

/** Colours that cannot be seen on the page, or told from one another. Names stand beside all colours, so these only warn. */
function check(rows: Row[]): string[] {
  const warnings: string[] = [];
  for (const row of rows) {
    if (contrast(row.colour, '#ffffff') < 3) warnings.push(t('{label} is hard to see on white.', { label: row.label || row.key }));
    if (contrast(row.colour, '#1c1f24') < 3) warnings.push(t('{label} is hard to see on the dark page.', { label: row.label || row.key }));
  }
  rows.forEach((row, at) => {
    for (const other of rows.slice(at + 1)) {
      if (distance(row.colour, other.colour) < 11) warnings.push(t('{a} and {b} look alike to some people.', { a: row.label || row.key, b: other.label || other.key }));
    }
  });
  return warnings;
}

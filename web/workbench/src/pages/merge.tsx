// Merging rows that are one thing: the bar with what is ticked, and the form in which an editor says which one is kept.
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { touch } from '../api/client';
import type { ApiError } from '../api/errors';
import { t } from '../i18n';
import { Dialog, ErrorNote, errorText, Field, say, useSending } from '../ui/parts';

/** A row that can be merged with others. */
export interface Mergeable {
  id: string;
  name: string;
  /** How often it is used. The one that is used most is kept, unless the editor says otherwise. */
  uses: number;
  about: ReactNode;
}

/** The rows that an editor ticks, by their id. */
export function useTicked<T>() {
  const [ticked, setTicked] = useState<ReadonlyMap<string, T>>(new Map());
  const tick = (id: string, row: T, on: boolean) => {
    const next = new Map(ticked);
    if (on) next.set(id, row);
    else next.delete(id);
    setTicked(next);
  };
  return { ticked, tick, untick: () => setTicked(new Map()) };
}

interface Merging {
  rows: Mergeable[];
  title: string;
  /** What stays as it is, and what changes. */
  explanation: string;
  /** What is said once it is done. */
  done: string;
  merge: (into: string, others: string[], reason: string | null) => Promise<unknown>;
  unmerge: (others: string[]) => Promise<unknown>;
}

/** The bar below a list in which rows are ticked, with the dialog that merges them. */
export function MergeBar({ ticked, onUntick, ...merging }: Merging & { ticked: string; onUntick: () => void }) {
  const [open, setOpen] = useState(false);
  const { rows, title } = merging;
  return (
    <>
      {rows.length > 0 && (
        <div className="chosen-bar" role="status">
          <span>{ticked}</span>
          <button type="button" className="primary" disabled={rows.length < 2} onClick={() => setOpen(true)}>{t('Merge them')}</button>
          <button type="button" onClick={onUntick}>{t('Untick all')}</button>
        </div>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title={title}>
        <MergeForm
          {...merging}
          onDone={() => {
            setOpen(false);
            onUntick();
          }}
        />
      </Dialog>
    </>
  );
}

function MergeForm({ rows, explanation, done, merge, unmerge, onDone }: Merging & { onDone: () => void }) {
  const group = useId();
  const [into, setInto] = useState(() => [...rows].sort((a, b) => b.uses - a.uses)[0]?.id);
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      if (!into) return;
      const others = rows.map(({ id }) => id).filter((id) => id !== into);
      await merge(into, others, reason.trim() || null);
      const undo = () => void unmerge(others).then(touch, (failed: ApiError) => say(errorText(failed), { bad: true }));
      say(done, { action: { label: t('Undo'), run: undo } });
      touch();
      onDone();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{explanation}</p>
      <fieldset className="choices">
        <legend>{t('Keep')}</legend>
        {rows.map(({ id, name, about }) => (
          <label key={id}>
            <input type="radio" name={group} checked={into === id} onChange={() => setInto(id)} />
            <span className="grow">
              <bdi>{name}</bdi> {about}
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('Why')} hint={t('It is kept in the audit log. You can leave it empty.')}>
        {(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending || !into}>{t('Merge them')}</button>
    </form>
  );
}

/** The rows that were merged into one, and how to take them apart again. */
export function MergedList({ rows, edits, said, unmerge }: { rows: { id: string; name: ReactNode }[]; edits: boolean; said: string; unmerge: (id: string) => Promise<unknown> }) {
  const { sending, error, send } = useSending();
  const takeApart = (id: string) =>
    void send(async () => {
      await unmerge(id);
      say(said);
      touch();
    });
  return (
    <div className="merged">
      <p className="quiet small">{t('Merged into it:')}</p>
      <ul>
        {rows.map(({ id, name }) => (
          <li key={id}>
            {name}
            {edits && <button type="button" className="quiet-button" disabled={sending} onClick={() => takeApart(id)}>{t('Take apart')}</button>}
          </li>
        ))}
      </ul>
      <ErrorNote error={error} />
    </div>
  );
}

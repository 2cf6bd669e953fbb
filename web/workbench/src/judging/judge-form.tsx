import { useEffect, useId, useRef, useState } from 'react';
import { run, touch } from '../api/client';
import type { ApiError } from '../api/errors';
import { queue } from '../api/outbox';
import { usePlace, useViewer } from '../app/session';
import { type ClaimDetailFragment, SubmitVerdictDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { ErrorNote, errorText, Field, Growing, Icon, say, Time, useKeys } from '../ui/parts';
import { emptySource, isBlank, type Source } from '../api/source';
import { atSource, type Content, isEmpty, isPlaced, isWhole, toCitations, useDraft } from './draft';
import { SourceFields } from './source-fields';

/** Changes with what a verdict judges. A claim's version also rises with tags, assignments and other people's verdicts, which change nothing of it. */
export const wordsOf = (claim: ClaimDetailFragment) => `${claim.wordingVersion} ${claim.claimedOn ?? ''}`;

export function JudgeForm({ claim, cost, onDone, onReload, editing }: {
  claim: ClaimDetailFragment;
  /** What the verdict costs the viewer. */
  cost: string | undefined;
  onDone: (claim?: ClaimDetailFragment) => void;
  onReload: () => Promise<unknown>;
  editing: boolean;
}) {
  const viewer = useViewer();
  const { newsroom } = usePlace();
  const ratings = newsroom.ratingScale.ratings;
  const { content, change, saving, problem, other, settle, submissionKey, finish, discard } = useDraft(claim, viewer.id);
  const [error, setError] = useState<ApiError>();
  const [missing, setMissing] = useState<string[]>([]);
  const [sending, setSending] = useState(false);
  const read = useRef({ version: claim.wordingVersion, words: wordsOf(claim), claim });
  const [, refresh] = useState(0);
  if (read.current.words === wordsOf(claim)) read.current = { version: claim.wordingVersion, words: wordsOf(claim), claim };
  const changed = read.current.words !== wordsOf(claim);
  const form = useRef<HTMLFormElement>(null);
  const rationaleId = useId();
  const set = (next: Partial<Content>) => {
    setError(undefined);
    setMissing([]);
    change({ ...content, ...next });
  };
  const shownError = error ?? problem;
  const wrong = atSource(shownError, content.sources);
  // After a refusal, the cursor goes to the field that is to be mended.
  useEffect(() => {
    if (error && wrong) document.getElementById(`${wrong.field}-${wrong.id}`)?.focus();
  }, [error]);
  const rating = ratings.find((one) => one.key === content.rating);

  /** What is missing, in the order of the fields. */
  const check = (): string[] => {
    const list: string[] = [];
    if (!rating) list.push(t('Choose a rating.'));
    if (!content.rationale.trim()) list.push(t('Write why you chose this rating.'));
    const cited = content.sources.filter(isPlaced);
    if (rating?.needsSource && cited.length === 0) list.push(t('Cite a source: this rating needs at least one.'));
    const half = content.sources.filter((source) => !isPlaced(source) && !isBlank(source));
    const web = half.filter((source) => source.kind === 'WEB' || source.url.trim()).length;
    if (web > 0) list.push(count(web, 'One source has no complete address. It begins with http:// or https://.', '{n} sources have no complete address. It begins with http:// or https://.'));
    if (half.length > web) list.push(count(half.length - web, 'One source does not say where it is found.', '{n} sources do not say where they are found.'));
    const unsaid = cited.length - cited.filter(isWhole).length;
    if (unsaid > 0) list.push(count(unsaid, 'Choose what one source says about the claim.', 'Choose what {n} sources say about the claim.'));
    return list;
  };

  const send = async (version: number): Promise<void> => {
    const input = { claim: claim.id, rating: content.rating, rationale: content.rationale.trim(), citations: toCitations(content.sources), expectedWordingVersion: version };
    const key = submissionKey(input);
    try {
      const { submitVerdict } = await run(SubmitVerdictDocument, { input }, { key });
      finish();
      say(t('Your verdict is submitted.'));
      touch();
      onDone(submitVerdict.claim);
    } catch (failed) {
      const refused = failed as ApiError;
      if (refused.offline) {
        finish();
        queue({ key, input, statement: claim.statement, since: new Date().toISOString() });
        onDone();
      } else {
        // The claim's words changed meanwhile: read them again, so that the form shows how.
        if (refused.code === 'CONFLICT') await onReload().catch(() => undefined);
        setError(refused);
      }
    }
  };

  const submit = async () => {
    const list = check();
    setMissing(list);
    if (list.length > 0) toMissing();
    if (list.length > 0 || changed) return;
    setSending(true);
    setError(undefined);
    await send(read.current.version);
    setSending(false);
  };

  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = /^[1-9]$/.test(event.key) ? ratings[Number(event.key) - 1] : undefined;
    if (chosen) {
      event.preventDefault();
      set({ rating: chosen.key });
      form.current?.querySelector<HTMLInputElement>(`input[value="${chosen.key}"]`)?.focus({ preventScroll: true });
    } else if (event.key === 'r') {
      event.preventDefault();
      document.getElementById(rationaleId)?.focus();
    } else if (event.key === 'c') {
      event.preventDefault();
      addSource();
    }
  });

  /** The cursor goes to the first field that is to be filled in. */
  const toMissing = () => {
    const half = content.sources.find((source) => !isPlaced(source));
    const unsaid = content.sources.find((source) => isPlaced(source) && !isWhole(source));
    if (!rating) form.current?.querySelector<HTMLInputElement>('.ratings input')?.focus();
    else if (!content.rationale.trim()) document.getElementById(rationaleId)?.focus();
    else if (half) (document.getElementById(`url-${half.id}`) ?? document.getElementById(`description-${half.id}`))?.focus();
    else if (unsaid) form.current?.querySelector<HTMLElement>(`[data-source="${unsaid.id}"] .stances input`)?.focus();
    else form.current?.querySelector<HTMLElement>('.add-source')?.focus();
  };
  const addSource = () => {
    const source = emptySource();
    set({ sources: [...content.sources, source] });
    requestAnimationFrame(() => document.getElementById(`url-${source.id}`)?.focus());
  };
  const setSource = (id: string, next: Partial<Source>) => set({ sources: content.sources.map((source) => (source.id === id ? { ...source, ...next } : source)) });

  return (
    <form
      ref={form}
      className="judge stack"
      noValidate
      aria-label={t('Your verdict')}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
      }}
    >
      <h3>{editing ? t('Change your verdict') : t('Your verdict')}</h3>
      {cost && <p className="note">{cost}</p>}
      {other && (
        <div className="note warn" role="alert">
          <p>
            {t('You saved another draft of this verdict elsewhere.')} <Time at={other.savedAt} />
          </p>
          <p className="quiet" dir="auto">
            {other.rating?.label} {other.rationale?.slice(0, 200)}
          </p>
          <div className="actions">
            <button type="button" onClick={() => settle(true)}>{t('Keep what is typed here')}</button>
            <button type="button" onClick={() => settle(false)}>{t('Use the other draft')}</button>
          </div>
        </div>
      )}
      {changed && <WordsChanged before={read.current.claim} now={claim} onRead={() => { read.current = { version: claim.wordingVersion, words: wordsOf(claim), claim }; refresh((n) => n + 1); }} />}
      <fieldset className="ratings">
        <legend>{t('Rating')}</legend>
        {ratings.map((one, at) => (
          <label key={one.key} className="rating-choice" style={{ '--c': one.colour } as React.CSSProperties} title={one.description}>
            <input type="radio" name={`rating-${claim.id}`} value={one.key} checked={content.rating === one.key} onChange={() => set({ rating: one.key })} />
            <span className="swatch" aria-hidden="true" />
            <span>{one.label}</span>
            {at < 9 && <kbd aria-hidden="true">{at + 1}</kbd>}
          </label>
        ))}
      </fieldset>
      {rating && <p className="hint">{rating.description}</p>}
      <Field label={t('Why')} error={error?.field?.endsWith('rationale') ? errorText(error) : undefined}>
        {() => (
          <Growing id={rationaleId} aria-label={t('Why')} rows={5} maxLength={20_000} placeholder={t('What did you find, and how does it bear on these words?')} value={content.rationale} onChange={(event) => set({ rationale: event.target.value })} />
        )}
      </Field>
      <div className="sources">
        <h4>{t('Sources')}</h4>
        {content.sources.map((source, at) => (
          <SourceFields key={source.id} source={source} at={at} asked={missing.length > 0} error={wrong?.id === source.id ? { field: wrong.field, message: shownError ? errorText(shownError) : '' } : undefined} onChange={(next) => setSource(source.id, next)} onRemove={() => set({ sources: content.sources.filter((one) => one.id !== source.id) })} />
        ))}
        {rating?.needsSource && content.sources.every(isBlank) && <p className="hint">{t('This rating needs a source.')}</p>}
        <button type="button" className="add-source" onClick={addSource} aria-keyshortcuts="c">
          <Icon name="plus" /> {t('Add a source')}
        </button>
      </div>
      {missing.length > 0 && (
        <div role="alert">
          <ul className="note bad">
            {missing.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
      {!wrong && !error?.field?.endsWith('rationale') && <ErrorNote error={shownError} />}
      <div className="actions">
        <button type="submit" className="primary" disabled={sending || changed}>
          {sending ? t('Submitting…') : editing ? t('Submit again') : t('Submit the verdict')}
        </button>
        {(editing || !isEmpty(content)) && (
          <button
            type="button"
            onClick={() => {
              void discard().then(touch, () => undefined);
              onDone();
            }}
          >
            {editing ? t('Keep my verdict as it was') : t('Discard the draft')}
          </button>
        )}
        <span className="saving" role="status">
          {savingText(saving)}
        </span>
      </div>
    </form>
  );
}

function savingText(saving: ReturnType<typeof useDraft>['saving']): string {
  switch (saving) {
    case 'saving':
      return t('Saving the draft…');
    case 'local':
      return t('Kept in this browser. It is saved on the server as soon as that works.');
    case 'incomplete':
      return t('Draft saved without the source that is not complete. Say where it is found and what it says about the claim. Until then, it is kept in this browser only.');
    case 'empty':
      return '';
    default:
      return t('Draft saved. Nobody else can see it.');
  }
}

function WordsChanged({ before, now, onRead }: { before: ClaimDetailFragment; now: ClaimDetailFragment; onRead: () => void }) {
  const lines: [string, string, string][] = [];
  const add = (label: string, old: string, fresh: string) => {
    if (old !== fresh) lines.push([label, old, fresh]);
  };
  add(t('Statement'), before.statement, now.statement);
  add(t('Claimant'), before.claimant ?? '', now.claimant ?? '');
  add(t('Day'), before.claimedOn ?? '', now.claimedOn ?? '');
  add(t('Words of the article'), before.anchors.map((anchor) => anchor.exact).join(' … '), now.anchors.map((anchor) => anchor.exact).join(' … '));
  return (
    <div className="note warn" role="alert">
      <p>{t('The claim changed while you were judging it. What you typed is kept. Read the new words before you submit.')}</p>
      {lines.length === 0 && <p>{t('The sentences around its words changed. Look at the article.')}</p>}
      {lines.map(([label, old, fresh]) => (
        <div key={label} className="changed">
          <strong>{label}</strong>
          <del dir="auto">{old || '—'}</del>
          <ins dir="auto">{fresh || '—'}</ins>
        </div>
      ))}
      <button type="button" onClick={onRead}>
        {t('I have read the new words')}
      </button>
    </div>
  );
}

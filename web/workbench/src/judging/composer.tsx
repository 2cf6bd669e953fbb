import { useEffect, useId, useRef, useState } from 'react';
import { run, touch } from '../api/client';
import type { ApiError } from '../api/errors';
import { AddCommentDocument, EditCommentDocument, type PersonFragment, type SaidFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { ErrorNote, Growing, say, useSending } from '../ui/parts';
import { asking, type Asking, matching, mentioned, type Typed, useTyped } from './comments';
import type { Talk } from './discussion';

export function NewComment({ talk, place, verdict, replyTo, label, hint, focus, onDone }: {
  talk: Talk;
  place: string;
  verdict?: string;
  replyTo?: string;
  label: string;
  hint?: string | undefined;
  focus?: boolean;
  onDone?: () => void;
}) {
  const { typed, change, forget } = useTyped(place);
  const send = async (sent: Typed) => {
    const input = { claim: talk.claim.id, verdict: verdict ?? null, replyTo: replyTo ?? null, text: sent.text.trim(), mentions: mentioned(sent, talk.people) };
    await run(AddCommentDocument, { input }, { key: sent.key });
    forget();
    say(t('Your comment is added.'));
    await talk.discussion.reload();
    touch();
    onDone?.();
  };
  return <Composer label={label} hint={hint} action={replyTo ? t('Reply') : t('Add the comment')} typed={typed} people={talk.people} focus={focus} onChange={change} onSend={send} onCancel={onDone && (() => { forget(); onDone(); })} />;
}

export function EditedComment({ talk, said, place, onDone }: { talk: Talk; said: SaidFragment; place: string; onDone: () => void }) {
  const { typed, change, forget } = useTyped(place, said.text, said.mentions);
  const send = async (sent: Typed) => {
    if (sent.text.trim() !== said.text) {
      await run(EditCommentDocument, { input: { comment: said.id, text: sent.text.trim(), mentions: mentioned(sent, talk.people), expectedVersion: said.version } }, { key: sent.key });
      say(t('The comment is changed. The earlier text is kept.'));
    }
    forget();
    await talk.discussion.reload();
    touch();
    onDone();
  };
  return <Composer label={t('The comment')} action={t('Save')} typed={typed} people={talk.people} focus onChange={change} onSend={send} onCancel={() => { forget(); onDone(); }} />;
}

function Composer({ label, hint, action, typed, people, focus, onChange, onSend, onCancel }: {
  label: string;
  hint?: string | undefined;
  action: string;
  typed: Typed;
  people: PersonFragment[];
  focus?: boolean | undefined;
  onChange: (next: Partial<Pick<Typed, 'text' | 'mentions'>>) => void;
  onSend: (typed: Typed) => Promise<void>;
  onCancel?: (() => void) | undefined;
}) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const { sending, error, setError, send } = useSending();
  const names = useNames(area, typed, people, onChange);
  const pending = useRef(false);
  useEffect(() => {
    if (!focus || !area.current) return;
    area.current.focus({ preventScroll: true });
    area.current.setSelectionRange(area.current.value.length, area.current.value.length);
    area.current.scrollIntoView({ block: 'nearest' });
    // Only when the box opens.
  }, []);
  const submit = () => {
    // Two presses in a row are one comment.
    if (!typed.text.trim() || pending.current) return;
    pending.current = true;
    void send(() => onSend(typed)).finally(() => {
      pending.current = false;
    });
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label htmlFor={id}>{label}</label>
      <Growing
        ref={area}
        id={id}
        rows={2}
        maxLength={5000}
        placeholder={people.length > 0 ? t('Type @ to mention somebody.') : undefined}
        aria-describedby={hint ? `${id}-hint` : undefined}
        aria-autocomplete="list"
        aria-controls={names.list ? `${id}-names` : undefined}
        aria-activedescendant={names.list ? `${id}-names-${names.at}` : undefined}
        value={typed.text}
        onChange={(event) => {
          setError(undefined);
          onChange({ text: event.target.value });
          names.look(event.target);
        }}
        onSelect={(event) => names.look(event.currentTarget)}
        onBlur={names.close}
        onKeyDown={(event) => {
          if (names.key(event)) return;
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            submit();
          }
        }}
      />
      {names.list && (
        <ul className="names" id={`${id}-names`} role="listbox" aria-label={t('People')}>
          {names.list.map((person, at) => (
            // The press must not take the focus from the text.
            <li key={person.id} id={`${id}-names-${at}`} role="option" aria-selected={at === names.at} onMouseDown={(event) => event.preventDefault()} onClick={() => names.take(person)}>
              <bdi>{person.displayName}</bdi>
            </li>
          ))}
        </ul>
      )}
      <p className="hidden" role="status">{names.list ? count(names.list.length, 'One person. Press Enter to mention them.', '{n} people. Choose with the arrow keys, then press Enter.') : ''}</p>
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
      <SendError error={error} />
      <div className="actions">
        <button type="submit" className={onCancel ? '' : 'primary'} disabled={sending || !typed.text.trim()}>
          {sending ? t('Sending…') : action}
        </button>
        {onCancel && <button type="button" onClick={onCancel}>{t('Cancel')}</button>}
      </div>
    </form>
  );
}

/** A comment does not send itself later, so that nobody answers a question that is settled by then. */
function SendError({ error }: { error: ApiError | undefined }) {
  if (!error?.offline) return <ErrorNote error={error} />;
  return (
    <div className="note bad" role="alert">
      <p>{t('The server cannot be reached. Your comment is kept here. Send it again later.')}</p>
    </div>
  );
}

/** The people to choose from while a name is typed after `@`. */
function useNames(area: React.RefObject<HTMLTextAreaElement | null>, typed: Typed, people: PersonFragment[], onChange: (next: Partial<Pick<Typed, 'text' | 'mentions'>>) => void) {
  const [ask, setAsk] = useState<Asking>();
  const [at, setAt] = useState(0);
  const found = ask ? matching(people, ask.words) : [];
  const list = found.length > 0 ? found : undefined;
  const close = () => setAsk(undefined);
  const look = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) => {
    const next = selectionStart === selectionEnd ? asking(value, selectionStart) : undefined;
    // A name that is whole already is not asked for again.
    const whole = next && typed.mentions.some(({ displayName }) => next.words.startsWith(displayName));
    if (next?.start !== ask?.start || next?.words !== ask?.words) setAt(0);
    setAsk(whole ? undefined : next);
  };
  const take = (person: PersonFragment) => {
    if (!ask) return;
    const before = `${typed.text.slice(0, ask.start)}@${person.displayName} `;
    onChange({
      text: before + typed.text.slice(ask.start + 1 + ask.words.length).replace(/^ /, ''),
      mentions: [...typed.mentions.filter(({ id }) => id !== person.id), person],
    });
    close();
    requestAnimationFrame(() => {
      area.current?.focus({ preventScroll: true });
      area.current?.setSelectionRange(before.length, before.length);
    });
  };
  /** Whether the key was for the list. */
  const key = (event: React.KeyboardEvent): boolean => {
    if (!list || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return false;
    const chosen = list[Math.min(at, list.length - 1)];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setAt((at + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    return true;
  };
  return { list, at: Math.min(at, found.length - 1), look, take, key, close };
}

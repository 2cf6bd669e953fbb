import { useLocation } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { run, touch, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import { atLeast, usePlace, useViewer } from '../app/session';
import { AddCommentDocument, type ClaimDetailFragment, EarlierTextsDocument, EditCommentDocument, type PersonFragment, ResolveCommentDocument, type SaidFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { ErrorNote, Growing, Icon, Loading, OutLink, say, Time, useKeys, useSending } from '../ui/parts';
import { asking, type Asking, type Discussion, isTyped, matching, mentioned, type Thread, type Typed, useTyped } from './comments';

interface Talk {
  claim: ClaimDetailFragment;
  discussion: Discussion;
  people: PersonFragment[];
  hidden: boolean;
}

/** The members who can read this discussion. */
function audience(talk: Talk, blindReview: boolean): string {
  const early = talk.claim.state === 'OPEN' || talk.claim.state === 'IN_REVIEW';
  if (!blindReview || !early) return t('Every member of the newsroom can read it.');
  return t('Blind review hides it like the verdicts: editors can read it, a reviewer once they have judged the claim, and everybody once it has enough verdicts.');
}

/** What members say about a claim. Threads on a verdict are shown with the verdict, if its card is on the page: `cards` has the ids of those. */
export function DiscussionPart({ talk, cards }: { talk: Talk; cards: ReadonlySet<string> }) {
  const { claim, discussion, hidden } = talk;
  const { role, newsroom } = usePlace();
  const canSpeak = atLeast(role, 'REVIEWER') && !hidden;
  const own = discussion.threads.filter(({ verdict }) => !verdict || !cards.has(verdict.id));
  useArrival(discussion.loaded);
  useKeys((event) => {
    if (event.key !== 'd' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const box = document.querySelector<HTMLElement>('#discussion > .composer textarea') ?? document.getElementById('discussion-title');
    box?.focus({ preventScroll: true });
    box?.scrollIntoView({ block: 'center' });
  });
  return (
    <section className="discussion" id="discussion" aria-labelledby="discussion-title">
      <h3 id="discussion-title" tabIndex={-1}>{t('Discussion')}</h3>
      {hidden ? (
        <p className="note">
          {atLeast(role, 'REVIEWER') ? t('Blind review: you can read the discussion and join it once you have judged the claim yourself.') : t('Blind review: you can read the discussion once enough reviewers have judged the claim.')}
        </p>
      ) : (
        <>
          {!discussion.loaded && (discussion.error ? <ErrorNote error={discussion.error} retry={() => void discussion.reload()} /> : <Loading />)}
          {discussion.loaded && discussion.threads.length === 0 && (
            <div className="empty">
              <p className="empty-title">{t('Nobody has said anything yet.')}</p>
              <p>{t('Ask about the words, about a source or about a verdict, and settle it before the ruling. What is said stays: an edit keeps the earlier text.')}</p>
              <p>{audience(talk, newsroom.policy.blindReview)}</p>
            </div>
          )}
          <Threads talk={talk} threads={own} label={t('On the claim')} />
          {canSpeak && discussion.loaded && (
            <NewComment talk={talk} place={claim.id} label={t('Your comment')} hint={discussion.threads.length > 0 ? audience(talk, newsroom.policy.blindReview) : undefined} />
          )}
        </>
      )}
    </section>
  );
}

/** What members say about one verdict. */
export function VerdictTalk({ talk, verdict }: { talk: Talk; verdict: string }) {
  const { role } = usePlace();
  const viewer = useViewer();
  const place = `${talk.claim.id}.${verdict}`;
  const [open, setOpen] = useState(() => isTyped(viewer.id, place));
  const threads = talk.discussion.threads.filter((thread) => thread.verdict?.id === verdict);
  const canSpeak = atLeast(role, 'REVIEWER') && !talk.hidden && talk.discussion.loaded;
  if (talk.hidden || (threads.length === 0 && !canSpeak)) return null;
  return (
    <div className="verdict-talk">
      <Threads talk={talk} threads={threads} label={t('On this verdict')} />
      {canSpeak && (open ? (
        <NewComment talk={talk} place={place} verdict={verdict} label={t('Your comment on this verdict')} onDone={() => setOpen(false)} focus />
      ) : (
        <button type="button" className="quiet-button" onClick={() => setOpen(true)}>
          <Icon name="talk" /> {t('Comment on this verdict')}
        </button>
      ))}
    </div>
  );
}

/** Opens and shows the comment that the address names, once. */
function useArrival(loaded: boolean) {
  const hash = useLocation({ select: (location) => location.hash });
  const seen = useRef('');
  useEffect(() => {
    if (!loaded || !hash || seen.current === hash) return;
    const found = document.getElementById(hash);
    if (!found?.closest('.panel')) return;
    seen.current = hash;
    found.closest('details')?.setAttribute('open', '');
    found.scrollIntoView({ block: 'center' });
    found.focus({ preventScroll: true });
  });
}

function Threads({ talk, threads, label }: { talk: Talk; threads: Thread[]; label: string }) {
  if (threads.length === 0) return null;
  const open = threads.filter((thread) => !thread.resolvedAt);
  const resolved = threads.filter((thread) => thread.resolvedAt);
  return (
    <>
      {open.length > 0 && (
        <ol className="threads" aria-label={label}>
          {open.map((thread) => (
            <li key={thread.id}>
              <ThreadView talk={talk} thread={thread} />
            </li>
          ))}
        </ol>
      )}
      {resolved.map((thread) => (
        <details key={thread.id} className="resolved">
          <summary>
            <span className="resolved-line">
              <Icon name="check" /> <strong>{t('Resolved')}</strong> <bdi className="resolved-text">{thread.text}</bdi>{' '}
              {thread.replies.length > 0 && <span className="quiet">{count(thread.replies.length, 'one reply', '{n} replies')}</span>}
            </span>
          </summary>
          <ThreadView talk={talk} thread={thread} />
        </details>
      ))}
    </>
  );
}

function ThreadView({ talk, thread }: { talk: Talk; thread: Thread }) {
  const { role } = usePlace();
  const viewer = useViewer();
  const place = `${talk.claim.id}.${thread.id}`;
  const [replying, setReplying] = useState(() => isTyped(viewer.id, place));
  const reply = useRef<HTMLButtonElement>(null);
  const { sending, error, send } = useSending();
  const speaks = atLeast(role, 'REVIEWER');
  const resolves = speaks && (thread.author.id === viewer.id || atLeast(role, 'EDITOR'));
  const resolve = (resolved: boolean) =>
    void send(async () => {
      await run(ResolveCommentDocument, { input: { comment: thread.id, resolved, expectedVersion: thread.version } });
      say(resolved ? t('The thread is resolved.') : t('The thread is open again.'));
      await talk.discussion.reload();
      touch();
    });
  return (
    <div className="thread">
      <SaidView talk={talk} said={thread} />
      {thread.replies.length > 0 && (
        <ol className="replies" aria-label={t('Replies')}>
          {thread.replies.map((said) => (
            <li key={said.id}>
              <SaidView talk={talk} said={said} />
            </li>
          ))}
        </ol>
      )}
      {thread.resolvedAt && (
        <p className="quiet small">
          {t('Resolved')} <Time at={thread.resolvedAt} /> {thread.resolvedBy && <bdi>{thread.resolvedBy.displayName}</bdi>}
        </p>
      )}
      <ErrorNote error={error} />
      {replying ? (
        <NewComment
          talk={talk}
          place={place}
          replyTo={thread.id}
          label={t('Your reply')}
          focus
          onDone={() => {
            setReplying(false);
            requestAnimationFrame(() => reply.current?.focus({ preventScroll: true }));
          }}
        />
      ) : speaks ? (
        <div className="actions">
          <button ref={reply} type="button" className="quiet-button" onClick={() => setReplying(true)}>{t('Reply')}</button>
          {resolves && (
            <button type="button" className="quiet-button" disabled={sending} onClick={() => resolve(!thread.resolvedAt)}>
              {thread.resolvedAt ? t('Open it again') : t('Resolve')}
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}

function SaidView({ talk, said }: { talk: Talk; said: SaidFragment }) {
  const viewer = useViewer();
  const { role } = usePlace();
  const place = `${talk.claim.id}.edit.${said.id}`;
  const mine = said.author.id === viewer.id && atLeast(role, 'REVIEWER');
  const [editing, setEditing] = useState(() => mine && isTyped(viewer.id, place));
  const edit = useRef<HTMLButtonElement>(null);
  const done = () => {
    setEditing(false);
    requestAnimationFrame(() => edit.current?.focus({ preventScroll: true }));
  };
  return (
    <article className="said" id={said.id} tabIndex={-1} aria-label={t('Comment by {name}', { name: said.author.displayName })}>
      <header>
        <strong>
          <bdi>{said.author.displayName}</bdi>
        </strong>
        <span className="quiet small">
          <Time at={said.createdAt} />
        </span>
        {mine && !editing && (
          <button ref={edit} type="button" className="plain small" onClick={() => setEditing(true)}>{t('Edit')}</button>
        )}
      </header>
      {editing ? <EditedComment talk={talk} said={said} place={place} onDone={done} /> : <Words said={said} />}
      {said.editedAt && !editing && <Earlier said={said} />}
    </article>
  );
}

/** The text of a comment: names that it mentions are marked, and addresses are links. */
function Words({ said }: { said: SaidFragment }) {
  const names = said.mentions.map(({ displayName }) => `@${displayName}`).sort((a, b) => b.length - a.length);
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const parts = said.text.split(new RegExp(`(${[...escaped, 'https?://[^\\s<>"“”«»]+[^\\s<>"“”«».,;:!?)\\]]'].join('|')})`, 'u'));
  return (
    <p className="prose" dir="auto">
      {parts.map((part, at) => {
        if (at % 2 === 0) return part;
        return names.includes(part) ? <bdi key={at} className="mention">{part}</bdi> : <OutLink key={at} url={part} />;
      })}
    </p>
  );
}

/** What a comment said before it was edited. Loaded when it is opened. */
function Earlier({ said }: { said: SaidFragment }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="earlier" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('Edited')} {said.editedAt && <Time at={said.editedAt} />} · {t('What it said before')}
      </summary>
      {open && <EarlierTexts id={said.id} />}
    </details>
  );
}

function EarlierTexts({ id }: { id: string }) {
  const { data, error, reload } = useData(EarlierTextsDocument, { id });
  if (data?.node?.__typename !== 'Comment') return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  return (
    <ol className="timeline">
      {[...data.node.earlierTexts].reverse().map(({ number, text, writtenAt }) => (
        <li key={number}>
          <span className="quiet small">
            <Time at={writtenAt} />
          </span>
          <p className="prose" dir="auto">{text}</p>
        </li>
      ))}
    </ol>
  );
}

function NewComment({ talk, place, verdict, replyTo, label, hint, focus, onDone }: {
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

function EditedComment({ talk, said, place, onDone }: { talk: Talk; said: SaidFragment; place: string; onDone: () => void }) {
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

import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type ClaimDetailFragment, EarlierTextsDocument, type PersonFragment, ResolveCommentDocument, type SaidFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { ErrorNote, Icon, Loading, OutLink, say, Time, useKeys, useSending } from '../ui/parts';
import { type Discussion, isTyped, type Thread } from './comments';
import { EditedComment, NewComment } from './composer';

export interface Talk {
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
              {canSpeak && <p>{t('Ask about the words, about a source or about a verdict, and settle it before the ruling. What is said stays: an edit keeps the earlier text.')}</p>}
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

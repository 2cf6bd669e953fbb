// The small parts that every page is made of. Native elements do the work: dialogs, selects, popovers and radio buttons bring their own keyboard.
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ApiError } from '../api/errors';
import type { ClaimCardFragment, ClaimState, RatedFragment, Role, SourceKind, Stance } from '../gql/graphql';
import { ago, count, t, time } from '../i18n';
import { refusalText } from './refusal';
import { createStore, useStore } from './store';

const PATHS: Record<string, string> = {
  home: 'M3 11 12 4l9 7v9h-6v-6H9v6H3z',
  article: 'M5 3h14v18H5zM8 8h8M8 12h8M8 16h5',
  claim: 'M4 7h16M4 12h10M4 17h16',
  ruling: 'M12 3v18M5 21h14M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z',
  desk: 'M4 20V10M10 20V4M16 20v-8M22 20H2',
  admin: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-2-4-2 1-2-1-1-3h-4L9 7 7 8 5 7 3 11l2 1v1l-2 1 2 4 2-1 2 1 1 3h4l1-3 2-1 2 1 2-4-2-1z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6',
  close: 'M5 5l14 14M19 5 5 19',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12l5 5 9-11',
  warn: 'M12 4 2 20h20zM12 10v5M12 17v1',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  mark: 'M4 20h16M7 15l8-9 3 3-9 8H7z',
  talk: 'M4 5h16v11H10l-4 4v-4H4z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
};

export function Icon({ name }: { name: keyof typeof PATHS | string }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name] ?? ''} />
    </svg>
  );
}

export function ErrorNote({ error, retry }: { error: ApiError | undefined; retry?: () => void }) {
  if (!error) return null;
  return (
    <div className="note bad" role="alert">
      <p>{errorText(error)}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {t('Try again')}
        </button>
      )}
    </div>
  );
}

/** What went wrong, and what to do next. */
export function errorText(error: ApiError): string {
  const text = errorWords(error);
  return error.again ? `${text} ${t('This page tries again by itself.')}` : text;
}

function errorWords(error: ApiError): string {
  switch (error.code) {
    case 'OFFLINE':
      return error.again ? t('The server cannot be reached. What you typed is kept.') : t('The server cannot be reached. What you typed is kept. Try again in a moment.');
    case 'SERVER_BUSY':
      return error.again ? t('The server is busy.') : t('The server is busy. Try again in a moment.');
    case 'DEADLINE_EXCEEDED':
      return t('The server is busy. Try again in a moment.');
    case 'UNAUTHENTICATED':
      return t('Your session has ended. Sign in to go on.');
    case 'FORBIDDEN':
      return `${t('Your role does not allow this.')} ${error.message}`;
    case 'NOT_FOUND':
      return t('This does not exist, or you are not a member of its newsroom.');
    case 'RATE_LIMITED':
      if (error.again) return t('Too many requests.');
      return count(error.retryAfter ?? 1, 'Too many requests. Wait one second, then try again.', 'Too many requests. Wait {n} seconds, then try again.');
    case 'CONFLICT':
      return t('Somebody changed this while you worked on it. Look at the new version, then try again.');
    default:
      return refusalText(error);
  }
}

export function Loading() {
  return (
    <p className="loading" role="status">
      {t('Loading…')}
    </p>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <div>{children}</div>}
    </div>
  );
}

export function Field({ label, hint, error, id: given, children }: { label: string; hint?: string | undefined; error?: string | undefined; id?: string; children: (id: string, described: string | undefined) => ReactNode }) {
  const made = useId();
  const id = given ?? made;
  const described = hint || error ? `${id}-hint` : undefined;
  return (
    <div className={error ? 'field wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children(id, described)}
      {described && (
        <p className={error ? 'hint bad-text' : 'hint'} id={described}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** A text area that grows with its text. */
export function Growing(props: React.ComponentProps<'textarea'>) {
  return <textarea rows={3} dir="auto" {...props} className={`growing ${props.className ?? ''}`} />;
}

export function Dialog({ open, onClose, title, children, wide }: { open: boolean; onClose: () => void; title: string; children: ReactNode; wide?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the next key comes in, so that it goes to the dialog. Closing gives the focus back, also where the whole dialog goes away.
  useLayoutEffect(() => {
    const dialog = ref.current;
    return () => dialog?.close();
  }, []);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>('input, textarea, select')?.focus();
    }
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={ref} className={wide ? 'dialog wide' : 'dialog'} aria-labelledby={heading} onClose={onClose} onCancel={onClose}>
      {open && (
        <>
          <header>
            <h2 id={heading}>{title}</h2>
            <button type="button" className="plain" aria-label={t('Close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
          {children}
        </>
      )}
    </dialog>
  );
}

/** A button that opens a box with further buttons and links. */
export function Menu({ label, children, text }: { label: string; text: ReactNode; children: (close: () => void) => ReactNode }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const place = () => {
    const from = button.current?.getBoundingClientRect();
    const to = box.current;
    if (!from || !to) return;
    to.style.top = `${from.bottom + 4}px`;
    const width = to.offsetWidth || 220;
    to.style.left = `${Math.max(8, Math.min(from.left, window.innerWidth - width - 8))}px`;
  };
  return (
    <>
      <button ref={button} type="button" className="plain menu-button" popoverTarget={id} aria-expanded={open} aria-label={label}>
        {text}
      </button>
      <div
        id={id}
        ref={box}
        popover="auto"
        className="menu"
        onToggle={(event) => {
          const opened = event.newState === 'open';
          setOpen(opened);
          if (opened) place();
        }}
      >
        {children(() => box.current?.hidePopover())}
      </div>
    </>
  );
}

export interface Toast {
  id: number;
  text: string;
  bad?: boolean;
  action?: { label: string; run: () => void };
}
export const toasts = createStore<Toast[]>([]);
let lastToast = 0;

export function say(text: string, options: Omit<Toast, 'id' | 'text'> = {}) {
  const toast = { id: ++lastToast, text, ...options };
  toasts.set((all) => [...all.slice(-3), toast]);
  setTimeout(() => toasts.set((all) => all.filter((one) => one.id !== toast.id)), options.action || options.bad ? 12_000 : 5000);
}

export function Toasts() {
  const all = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map((toast) => (
        <div key={toast.id} className={toast.bad ? 'toast bad' : 'toast'}>
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              onClick={() => {
                toast.action?.run();
                toasts.set((now) => now.filter((one) => one.id !== toast.id));
              }}
            >
              {toast.action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={time(at)}>
      {ago(at)}
    </time>
  );
}

export function RatingChip({ rating, small }: { rating: Pick<RatedFragment, 'label' | 'colour'>; small?: boolean }) {
  return (
    <span className={small ? 'rating small' : 'rating'} style={{ '--c': rating.colour } as React.CSSProperties}>
      <span className="swatch" aria-hidden="true" />
      <bdi>{rating.label}</bdi>
    </span>
  );
}

export const stateName = (state: ClaimState): string =>
  ({
    OPEN: t('Open'),
    IN_REVIEW: t('In review'),
    READY: t('Ready'),
    PUBLISHED: t('Published'),
    WITHDRAWN: t('Withdrawn'),
  })[state];

export const stateMeaning = (state: ClaimState): string =>
  ({
    OPEN: t('Nobody has judged it yet.'),
    IN_REVIEW: t('Somebody has judged it. It needs more verdicts.'),
    READY: t('It has enough verdicts. An editor can publish a ruling.'),
    PUBLISHED: t('It has a published ruling.'),
    WITHDRAWN: t('It is not judged any more.'),
  })[state];

export const roleName = (role: Role): string =>
  ({ READER: t('Reader'), REVIEWER: t('Reviewer'), EDITOR: t('Editor'), ADMIN: t('Admin') })[role];

/** What a role does, in a few words. */
export const roleMeaning = (role: Role): string =>
  ({ READER: t('reads articles and rulings'), REVIEWER: t('marks and judges claims'), EDITOR: t('imports, assigns and publishes'), ADMIN: t('manages members and rules') })[role];

export const stanceName = (stance: Stance): string =>
  ({ SUPPORTS: t('Supports'), REFUTES: t('Refutes'), CONTEXT: t('Context') })[stance];

export const stanceMeaning = (stance: Stance): string =>
  ({
    SUPPORTS: t('The source says that the claim is true.'),
    REFUTES: t('The source says that the claim is not true.'),
    CONTEXT: t('The source helps to understand the claim, and decides nothing.'),
  })[stance];

export const kindName = (kind: SourceKind): string =>
  ({
    WEB: t('Web page'),
    DOCUMENT: t('Document'),
    PRINT: t('Book or paper in print'),
    BROADCAST: t('Radio or television'),
    INTERVIEW: t('Interview'),
    DATASET: t('Data set'),
    OTHER: t('Something else'),
  })[kind];

export function StateChip({ claim }: { claim: Pick<ClaimCardFragment, 'state' | 'stale'> }) {
  return (
    <>
      <span className={`chip state-${claim.state}`} title={stateMeaning(claim.state)}>{stateName(claim.state)}</span>
      {claim.stale && <span className="chip stale">{t('Words changed')}</span>}
    </>
  );
}

/** What is known of the judgement of a claim: its ruling, or its verdicts as far as one may see them. */
export function Outcome({ claim }: { claim: ClaimCardFragment }) {
  const { ruling, summary } = claim;
  if (ruling && ruling.state === 'PUBLISHED') return <RatingChip rating={ruling.rating} small />;
  return (
    <>
      {summary.verdictCounts.map(({ rating, count: times }) => (
        <span key={rating.id} className="counted">
          <RatingChip rating={rating} small />
          {times > 1 && <span className="times">×{times}</span>}
        </span>
      ))}
      {summary.hiddenVerdictCount > 0 && (
        <span className="chip quiet">{count(summary.hiddenVerdictCount, 'one verdict, hidden', '{n} verdicts, hidden')}</span>
      )}
      {summary.disputed && <span className="chip disputed">{t('Disputed')}</span>}
    </>
  );
}

/** An address that somebody typed: a link only where it is http or https. */
export function OutLink({ url, children }: { url: string; children?: ReactNode }) {
  const safe = safeUrl(url);
  if (!safe) return <span className="url">{children ?? url}</span>;
  return (
    <a className="url" href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {children ?? url}
    </a>
  );
}

export function safeUrl(url: string): string | undefined {
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a key press belongs to a field that somebody types in. */
export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement | null;
  return (
    event.defaultPrevented || event.isComposing ||
    at?.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], dialog[open]') != null
  );
}

/** Calls a handler for keys pressed anywhere outside a field. */
export function useKeys(handler: (event: KeyboardEvent) => void) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isTyping(event)) latest.current(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Sends a form's mutation: whether it runs, and why it failed. */
export function useSending() {
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const send = async (work: () => Promise<void>) => {
    setSending(true);
    setError(undefined);
    try {
      await work();
    } catch (failed) {
      setError(failed as ApiError);
    } finally {
      setSending(false);
    }
  };
  return { sending, error, setError, send };
}

/** Whether the focus is on no part of the page. */
export function isUnfocused(): boolean {
  const at = document.activeElement;
  return !at || at === document.body || at.id === 'main';
}

let arrivals = 0;

/** Names the page. Where another page had the focus on a part that is gone, it goes to the new page, so that Tab goes on there. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    if (!title) return;
    document.title = `${title} · Claimspan`;
    arrivals += 1;
    const main = document.getElementById('main');
    if (arrivals === 1 || !main || !isUnfocused()) return;
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
  }, [title]);
}

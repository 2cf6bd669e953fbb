import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import { client, reachable, sessionEnded, useData } from '../api/client';
import { follow, live, onActivity } from '../api/live';
import { deliveries, openOutbox, outbox, refusals } from '../api/outbox';
import { ViewerDocument } from '../gql/graphql';
import { count, language, t } from '../i18n';
import { Dialog, Empty, ErrorNote, errorText, Icon, Loading, Menu, roleName, say, Toasts, useKeys } from '../ui/parts';
import { memory, useStore } from '../ui/store';
import SearchBox from '../pages/search-box';
import KeySheet from './key-sheet';
import { LanguageSelect, ThemeSelect } from './preferences';
import { atLeast, PlaceProvider, signOut, unsentComments, useMaybeViewer, usePlace, useViewer, type Viewer, ViewerProvider } from './session';
import { SignInAgain, SignInPage } from './sign-in';

export function Root() {
  const now = useStore(client);
  const tongue = useStore(language);
  return (
    <Provider value={now}>
      <Outlet key={tongue} />
      <Toasts />
    </Provider>
  );
}

/** Everything but invitations is for people who are signed in. */
export function SignedIn() {
  const { data, error, reload } = useData(ViewerDocument, {});
  const known = useRef<Viewer | null>(null);
  if (!data) return error ? <main className="gate"><ErrorNote error={error} retry={reload} /></main> : <Loading />;
  // A session that ends while somebody works leaves the page as it is: they sign in over it.
  if (data.viewer) known.current = data.viewer;
  else if (known.current && data.viewer === null) queueMicrotask(() => sessionEnded.set(true));
  const viewer = data.viewer ?? known.current;
  if (!viewer) return <SignInPage />;
  return (
    <ViewerProvider value={viewer}>
      <Shell viewer={viewer} />
    </ViewerProvider>
  );
}

function Shell({ viewer }: { viewer: Viewer }) {
  const ended = useStore(sessionEnded);
  useEffect(() => {
    openOutbox(viewer.id);
    const delivered = () => void say(t('A verdict that was waiting has been sent.'));
    const refused = (_item: unknown, error: Parameters<typeof errorText>[0]) =>
      void say(`${t('A verdict that was waiting was refused. It is kept as a draft.')} ${errorText(error)}`, { bad: true });
    deliveries.add(delivered);
    refusals.add(refused);
    return () => {
      deliveries.delete(delivered);
      refusals.delete(refused);
    };
  }, [viewer.id]);
  return (
    <>
      <Outlet />
      {ended && <SignInAgain account={viewer.id} email={viewer.email ?? ''} />}
    </>
  );
}

export function Newsroom() {
  const viewer = useViewer();
  const { slug } = useParams({ strict: false }) as { slug: string };
  const membership = viewer.memberships.find((one) => one.newsroom.slug === slug);
  const newsroom = membership?.newsroom.id;
  useEffect(() => {
    if (!newsroom) return;
    memory.write('newsroom', slug);
    return follow(newsroom);
  }, [newsroom, slug]);
  useMentioned(viewer.id, slug);
  if (!membership) {
    return (
      <main className="gate">
        <Empty title={t('You are not a member of this newsroom.')}>
          <Link to="/">{t('Go to your own')}</Link>
        </Empty>
      </main>
    );
  }
  return (
    <PlaceProvider value={{ slug, role: membership.role, newsroom: membership.newsroom }}>
      <Frame />
    </PlaceProvider>
  );
}

/** Says at once when somebody mentions the viewer. */
function useMentioned(viewer: string, slug: string) {
  const navigate = useNavigate();
  useEffect(
    () =>
      onActivity(({ kind, comment, claim }) => {
        if (kind !== 'COMMENT_ADDED' || !comment || !claim || comment.author.id === viewer || !comment.mentions.some(({ id }) => id === viewer)) return;
        const look = () => void navigate({ to: '/n/$slug/articles/$article', params: { slug, article: claim.article.id }, search: { claim: claim.id }, hash: comment.id });
        say(t('{name} mentions you in a comment.', { name: comment.author.displayName }), { action: { label: t('Open the comment'), run: look } });
      }),
    [navigate, slug, viewer],
  );
}

const NAVIGATION = [
  { to: '/n/$slug', icon: 'home', least: 'READER', exact: true, label: () => t('Home') },
  { to: '/n/$slug/articles', icon: 'article', least: 'READER', exact: false, label: () => t('Articles') },
  { to: '/n/$slug/claims', icon: 'claim', least: 'READER', exact: false, label: () => t('Claims') },
  { to: '/n/$slug/rulings', icon: 'ruling', least: 'READER', exact: false, label: () => t('Rulings') },
  { to: '/n/$slug/sources', icon: 'link', least: 'READER', exact: false, label: () => t('Sources') },
  { to: '/n/$slug/desk', icon: 'desk', least: 'EDITOR', exact: false, label: () => t('Figures') },
  { to: '/n/$slug/admin', icon: 'admin', least: 'ADMIN', exact: false, label: () => t('Admin') },
] as const;

/** Escape leaves a field, so that the keys work again. */
function useEscape() {
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement | null;
      if (event.key === 'Escape' && !event.defaultPrevented && at?.closest('input, textarea, select') && !at.closest('dialog[open], [popover]')) at.blur();
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, []);
}

function Frame() {
  useEscape();
  const { slug, role } = usePlace();
  const [sheet, setSheet] = useState(false);
  const [search, setSearch] = useState(false);
  const navigate = useNavigate();
  const [lead, setLead] = useState(0);
  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '?') {
      event.preventDefault();
      setSheet(true);
    } else if (event.key === '/') {
      event.preventDefault();
      setSearch(true);
    } else if (event.key === 'g') {
      setLead(Date.now());
    } else if (Date.now() - lead < 1200) {
      const targets: Record<string, string> = { h: '', a: '/articles', c: '/claims', r: '/rulings', s: '/sources', f: '/desk' };
      const target = targets[event.key];
      setLead(0);
      if (target !== undefined) {
        event.preventDefault();
        void navigate({ to: `/n/${slug}${target}` });
      }
    }
  });
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t('Skip to the content')}
      </a>
      <header className="bar">
        <NewsroomSwitch />
        <nav aria-label={t('Main')} className="main-nav">
          {NAVIGATION.filter((item) => atLeast(role, item.least)).map((item) => (
            <Link key={item.to} to={item.to} params={{ slug }} activeOptions={{ exact: item.exact, includeSearch: false }} activeProps={{ 'aria-current': 'page' }} className={`nav-${item.icon}`}>
              <Icon name={item.icon} />
              <span>{item.label()}</span>
            </Link>
          ))}
        </nav>
        <div className="bar-end">
          <button type="button" className="search-button" onClick={() => setSearch(true)} aria-label={t('Search')} aria-keyshortcuts="/">
            <Icon name="search" />
            <span>{t('Search')}</span>
            <kbd>/</kbd>
          </button>
          <Status />
          <button type="button" className="plain keys-button" onClick={() => setSheet(true)} aria-label={t('Keyboard shortcuts')} aria-keyshortcuts="?">
            <kbd>?</kbd>
          </button>
          <AccountMenu />
        </div>
      </header>
      <Notices />
      <Suspense fallback={<Loading />}>
        <Outlet />
      </Suspense>
      {sheet && <KeySheet onClose={() => setSheet(false)} />}
      {search && <SearchBox onClose={() => setSearch(false)} />}
    </div>
  );
}

function NewsroomSwitch() {
  const viewer = useViewer();
  const place = usePlace();
  if (viewer.memberships.length === 1) {
    return (
      <Link className="brand" to="/n/$slug" params={{ slug: place.slug }}>
        <span className="logo" aria-hidden="true" />
        <bdi>{place.newsroom.name}</bdi>
      </Link>
    );
  }
  return (
    <Menu
      label={t('Newsroom: {name}. Change', { name: place.newsroom.name })}
      text={
        <span className="brand">
          <span className="logo" aria-hidden="true" />
          <bdi>{place.newsroom.name}</bdi>
          <span aria-hidden="true">▾</span>
        </span>
      }
    >
      {(close) =>
        viewer.memberships.map(({ newsroom, role }) => (
          <Link key={newsroom.id} to="/n/$slug" params={{ slug: newsroom.slug }} onClick={close} aria-current={newsroom.slug === place.slug}>
            <bdi>{newsroom.name}</bdi>
            <span className="quiet">{roleName(role)}</span>
          </Link>
        ))
      }
    </Menu>
  );
}

/** Whether changes by others come in as they happen. */
function Status() {
  const isLive = useStore(live);
  const reached = useStore(reachable);
  const text = !reached ? t('Offline') : isLive ? t('Live') : t('Connecting');
  return (
    <span className={`status ${!reached ? 'off' : isLive ? 'on' : 'wait'}`} role="status" title={isLive ? t('Changes by others appear as they happen.') : undefined}>
      <span className="dot" aria-hidden="true" />
      <span className="status-text">{text}</span>
    </span>
  );
}

function Notices() {
  const reached = useStore(reachable);
  const waiting = useStore(outbox);
  if (reached && waiting.length === 0) return null;
  return (
    <div className="strip" role="status">
      <Icon name="warn" />
      <span>
        {reached ? '' : t('The server cannot be reached. Go on: what you type is kept here.')}{' '}
        {waiting.length > 0 && count(waiting.length, 'One verdict waits to be sent.', '{n} verdicts wait to be sent.')}
      </span>
    </div>
  );
}

function AccountMenu() {
  const viewer = useMaybeViewer();
  const { role, slug } = usePlace();
  const [leaving, setLeaving] = useState(false);
  if (!viewer) return null;
  const initials = viewer.displayName.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join('');
  return (
    <>
      <Menu label={t('Your account: {name}', { name: viewer.displayName })} text={<span className="avatar" aria-hidden="true" data-initials={initials} />}>
        {(close) => (
          <>
            <p className="menu-head">
              <strong>
                <bdi>{viewer.displayName}</bdi>
              </strong>
              <span className="quiet">
                {roleName(role)} · {viewer.email}
              </span>
            </p>
            <div className="menu-part">
              <LanguageSelect />
              <ThemeSelect />
            </div>
            <Link to="/n/$slug/account" params={{ slug }} onClick={close}>
              {t('Profile, password and sessions')}
            </Link>
            <a href="/graphiql">{t('GraphiQL, for programmers')}</a>
            <button
              type="button"
              onClick={() => {
                close();
                if (unsentComments(viewer) > 0) setLeaving(true);
                else void signOut(viewer);
              }}
            >
              {t('Sign out')}
            </button>
          </>
        )}
      </Menu>
      <Dialog open={leaving} onClose={() => setLeaving(false)} title={t('Sign out')}>
        <div className="stack">
          <p>{count(unsentComments(viewer), 'One comment that you typed is not sent. Signing out deletes it.', '{n} comments that you typed are not sent. Signing out deletes them.')}</p>
          <div className="actions">
            <button type="button" className="danger" onClick={() => void signOut(viewer)}>{t('Sign out all the same')}</button>
            <button type="button" onClick={() => setLeaving(false)}>{t('Cancel')}</button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

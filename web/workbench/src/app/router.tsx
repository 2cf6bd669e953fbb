import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { t } from '../i18n';
import { Empty } from '../ui/parts';
import type { ArticlesSearch, ClaimsSearch, DeskSearch, LogSearch, ReadingSearch, RevisionsSearch, RulingsSearch, SourcesSearch } from './search';
import { Broken } from './broken';
import { GoHome } from './go-home';
import { Newsroom, Root, SignedIn } from './shell';
import { InvitationPage, ResetPage } from './sign-in';

const root = createRootRoute({
  component: Root,
  notFoundComponent: () => (
    <main className="gate">
      <Empty title={t('There is no such page.')}>
        <a href="/">{t('Go home')}</a>
      </Empty>
    </main>
  ),
});

const invitation = createRoute({ getParentRoute: () => root, path: '/invitation', component: InvitationPage });
const reset = createRoute({ getParentRoute: () => root, path: '/reset', component: ResetPage });
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: SignedIn });
const index = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: GoHome,
});
const newsroom = createRoute({ getParentRoute: () => inside, path: '/n/$slug', component: Newsroom });

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const texts = (value: unknown) => {
  const list = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
  return list.length > 0 ? list : undefined;
};
const flag = (value: unknown) => (value === true || value === 'true' ? true : undefined);
const whole = (value: unknown) => {
  const n = Number(value);
  return Number.isInteger(n) && n > 0 ? n : undefined;
};

const home = createRoute({ getParentRoute: () => newsroom, path: '/', component: lazyRouteComponent(() => import('../pages/home')) });
const articles = createRoute({
  getParentRoute: () => newsroom,
  path: '/articles',
  validateSearch: (search: Record<string, unknown>): ArticlesSearch => ({
    text: text(search.text),
    publisher: text(search.publisher),
    language: text(search.language),
    open: flag(search.open),
    withdrawn: flag(search.withdrawn),
    since: text(search.since),
    until: text(search.until),
    order: search.order === 'OLDEST_FIRST' ? ('OLDEST_FIRST' as const) : undefined,
  }),
  component: lazyRouteComponent(() => import('../pages/articles')),
});
export const articleRoute = createRoute({
  getParentRoute: () => newsroom,
  path: '/articles/$article',
  validateSearch: (search: Record<string, unknown>): ReadingSearch => ({ claim: text(search.claim), show: text(search.show) }),
  component: lazyRouteComponent(() => import('../reading/page')),
});
export const revisionsRoute = createRoute({
  getParentRoute: () => newsroom,
  path: '/articles/$article/revisions',
  validateSearch: (search: Record<string, unknown>): RevisionsSearch => ({
    from: whole(search.from),
    to: whole(search.to),
    view: search.view === 'side' ? ('side' as const) : undefined,
    revise: flag(search.revise),
  }),
  component: lazyRouteComponent(() => import('../pages/revisions')),
});
export const claimsRoute = createRoute({
  getParentRoute: () => newsroom,
  path: '/claims',
  validateSearch: (search: Record<string, unknown>): ClaimsSearch => ({
    text: text(search.text),
    state: texts(search.state),
    rating: texts(search.rating),
    tag: text(search.tag),
    claimant: text(search.claimant),
    mine: text(search.mine),
    reviewer: text(search.reviewer),
    assigned: text(search.assigned),
    disputed: flag(search.disputed),
    stale: flag(search.stale),
    unsourced: flag(search.unsourced),
    since: text(search.since),
    until: text(search.until),
    article: text(search.article),
    judged: flag(search.judged),
    changed: flag(search.changed),
    given: texts(search.given),
    compared: text(search.compared),
    overdue: flag(search.overdue),
    order: search.order === 'OLDEST_FIRST' ? ('OLDEST_FIRST' as const) : undefined,
  }),
  component: lazyRouteComponent(() => import('../pages/claims')),
});
const rulings = createRoute({
  getParentRoute: () => newsroom,
  path: '/rulings',
  validateSearch: (search: Record<string, unknown>): RulingsSearch => ({
    since: text(search.since),
    until: text(search.until),
    tag: text(search.tag),
    claimant: text(search.claimant),
    least: whole(search.least),
    below: whole(search.below),
  }),
  component: lazyRouteComponent(() => import('../pages/rulings')),
});
const sources = createRoute({
  getParentRoute: () => newsroom,
  path: '/sources',
  validateSearch: (search: Record<string, unknown>): SourcesSearch => ({ url: text(search.url) }),
  component: lazyRouteComponent(() => import('../pages/sources')),
});
const claimants = createRoute({ getParentRoute: () => newsroom, path: '/claimants', component: lazyRouteComponent(() => import('../pages/claimants')) });
const importing = createRoute({ getParentRoute: () => newsroom, path: '/import', component: lazyRouteComponent(() => import('../pages/import')) });
export const deskRoute = createRoute({
  getParentRoute: () => newsroom,
  path: '/desk',
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    since: text(search.since),
    until: text(search.until),
    tag: text(search.tag),
    claimant: text(search.claimant),
  }),
  component: lazyRouteComponent(() => import('../pages/desk')),
});
const account = createRoute({ getParentRoute: () => newsroom, path: '/account', component: lazyRouteComponent(() => import('./account')) });
const adminIndex = createRoute({
  getParentRoute: () => newsroom,
  path: '/admin',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/n/$slug/admin/$tab', params: { slug: (params as { slug: string }).slug, tab: 'members' }, search: {} });
  },
});
export const adminRoute = createRoute({
  getParentRoute: () => newsroom,
  path: '/admin/$tab',
  validateSearch: (search: Record<string, unknown>): LogSearch => ({ claim: text(search.claim), actor: text(search.actor), kind: text(search.kind), since: text(search.since), until: text(search.until) }),
  component: lazyRouteComponent(() => import('../admin/page')),
});

const tree = root.addChildren([
  invitation,
  reset,
  inside.addChildren([
    index,
    newsroom.addChildren([home, articles, articleRoute, revisionsRoute, claimsRoute, rulings, sources, claimants, importing, deskRoute, account, adminIndex, adminRoute]),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultErrorComponent: Broken, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}


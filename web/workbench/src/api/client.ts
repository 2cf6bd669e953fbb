// The only place that sends GraphQL requests. The session is a cookie that no script can read; the header makes the server look at it.
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { useCallback, useEffect, useRef } from 'react';
import { useClient, useQuery } from 'urql';
import type { TypedDocumentString } from '../gql/graphql';
import { createStore, useStore } from '../ui/store';
import { useAgain } from './again';
import { ApiError, toApiError } from './errors';

export const ENDPOINT = '/graphql';
export const SESSION_HEADERS = { 'X-Claimspan-Session': 'cookie' };

/** Whether the server answers. */
export const reachable = createStore(true);
/** Set once the server says that the session has ended, until somebody signs in again. */
export const sessionEnded = createStore(false);
/** Rises when something changed on the server: pages that follow it ask again. */
export const pulse = createStore(0);

export const touch = () => pulse.set((n) => n + 1);

// Objects without an id are parts of the object that holds them.
const PARTS = [
  'Policy', 'ClaimSummary', 'VerdictSummary', 'RatingCount', 'Agreement', 'Assignment', 'CitedSource', 'RulingVerdict',
  'RulingCorrection', 'RulingSubject', 'RulingArticle', 'RulingQuote', 'Readiness', 'MissingPoint', 'SimilarClaims', 'SimilarClaim',
  'SearchConnection', 'SearchEdge', 'Snippet', 'SnippetMatch', 'Difference', 'TextRange', 'AnchorProposal', 'ClaimAtRevision',
  'ClaimConnection', 'ArticleConnection', 'RulingConnection', 'RevisionConnection', 'AnchorConnection', 'MembershipConnection',
  'InvitationConnection', 'SourceConnection', 'CommentConnection', 'CommentRevision', 'VerdictConnection', 'VerdictOutcome', 'Work', 'ClaimantConnection', 'Claimant', 'NewsroomProfile', 'ApiTokenConnection', 'TimeToRuling', 'SummaryGroupConnection', 'SummaryGroup', 'ArticlePreview', 'PreviewSpan', 'WebhookDelivery', 'RevisionPreview', 'PreviewedClaim', 'AuditEventConnection', 'AuditEvent', 'PageInfo', 'SimilarOutsideReview', 'MailSettings',
] as const;

const fetchOptions = (key?: string) => (): RequestInit => ({
  credentials: 'same-origin',
  cache: 'no-store',
  redirect: 'error',
  headers: key === undefined ? SESSION_HEADERS : { ...SESSION_HEADERS, 'Idempotency-Key': key },
});

function createClient(): Client {
  return new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    fetchOptions: fetchOptions(),
    fetch: watchedFetch,
    exchanges: [
      cacheExchange({
        keys: Object.fromEntries(PARTS.map((name) => [name, () => null])),
        // Fragments match by the name of their type alone: none is on an interface. Without this the cache guesses, and takes an article for a claim.
        possibleTypes: { Node: [] },
      }),
      fetchExchange,
    ],
  });
}

/** Notes whether the server can be reached, whatever is asked of it. */
async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await reach(input, init);
  // The request came in too slowly. It was not carried out, so that it is as if it had not arrived.
  if (response.status === 408) throw new TypeError('HTTP 408');
  return response;
}

async function reach(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init);
    // A proxy answers for a server that restarts.
    if (response.status >= 502 && response.status <= 504) throw new TypeError(`HTTP ${response.status}`);
    reachable.set(true);
    return response;
  } catch (error) {
    if (!init?.signal?.aborted) lost();
    throw error;
  }
}

let probing = false;
function lost() {
  reachable.set(false);
  if (probing) return;
  probing = true;
  const probe = async () => {
    const answers = await fetch('/health/live', { cache: 'no-store' }).then((response) => response.ok, () => false);
    if (!answers) {
      setTimeout(() => void probe(), 2000);
      return;
    }
    probing = false;
    reachable.set(true);
    touch();
  };
  setTimeout(() => void probe(), 1000);
}

/** The client of whoever is signed in; another person gets another one, with an empty cache. */
export const client = createStore(createClient());

export function forgetEverything() {
  client.set(createClient());
}

type Document<R, V> = TypedDocumentString<R, V>;

/** Sends one operation and gives its answer, or throws an ApiError. */
export async function run<R, V>(
  document: Document<R, V>,
  variables: V,
  { key, cached = false }: { key?: string; cached?: boolean } = {},
): Promise<R> {
  const text = document.toString();
  const context = {
    requestPolicy: cached ? ('cache-first' as const) : ('network-only' as const),
    ...(key === undefined ? {} : { fetchOptions: fetchOptions(key) }),
  };
  const now = client.get();
  const result = text.trimStart().startsWith('mutation')
    ? await now.mutation<R>(text, variables as object, context).toPromise()
    : await now.query<R>(text, variables as object, context).toPromise();
  if (result.error) {
    const error = toApiError(result.error);
    noteEnd(error);
    throw error;
  }
  if (result.data === undefined || result.data === null) throw new ApiError('The server sent no data.', 'UNKNOWN');
  return result.data;
}

/** Sends one operation past the cache: for what is large and never changes. */
export async function fetchOnce<R, V>(document: Document<R, V>, variables: V): Promise<R> {
  const response = await watchedFetch(ENDPOINT, {
    ...fetchOptions()(),
    method: 'POST',
    headers: { ...SESSION_HEADERS, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: document.toString().trim(), variables }),
  }).catch((error: unknown) => {
    throw new ApiError(String(error), 'OFFLINE');
  });
  const body = (await response.json()) as { data?: R; errors?: { message: string; extensions?: { code?: string } }[] };
  const first = body.errors?.[0];
  if (first || !body.data) {
    const error = new ApiError(first?.message ?? 'The server sent no data.', first?.extensions?.code ?? 'UNKNOWN');
    noteEnd(error);
    throw error;
  }
  return body.data;
}

function noteEnd(error: ApiError) {
  if (error.code === 'UNAUTHENTICATED') sessionEnded.set(true);
}

export interface Loaded<R> {
  data: R | undefined;
  /** Why there is no data. It is undefined while older data is shown. */
  error: ApiError | undefined;
  loading: boolean;
  /** Whether the data was read with these variables, not with those before. */
  isCurrent: boolean;
  reload: () => void;
}

/** The object is gone, or the viewer may not see it any more: what was read of it before must go. */
const isGone = (error: ApiError) => error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN' || error.code === 'BAD_USER_INPUT';

/**
 * Reads an operation for a component. It asks again whenever something changed on the server, unless `still` is set, and after each failure that
 * passes by itself. What was read stays until something newer has come.
 */
export function useData<R, V>(document: Document<R, V>, variables: V, options: { pause?: boolean; still?: boolean } = {}): Loaded<R> {
  const [result, execute] = useQuery<R>({
    query: document.toString(),
    variables: variables as object,
    pause: options.pause ?? false,
    requestPolicy: 'cache-and-network',
  });
  const now = useClient();
  const asked = JSON.stringify(variables);
  const isCurrent = result.operation !== undefined && JSON.stringify(result.operation.variables) === asked;
  const kept = useRef<{ client: Client; asked: string; data: R }>(undefined);
  if (result.data && isCurrent) kept.current = { client: now, asked, data: result.data };
  const beat = useStore(pulse);
  const seen = useRef(beat);
  const reload = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  const quiet = options.pause || options.still;
  useEffect(() => {
    if (seen.current === beat) return;
    seen.current = beat;
    if (!quiet) reload();
  }, [beat, quiet, reload]);
  const error = result.error && toApiError(result.error);
  useEffect(() => {
    if (error) noteEnd(error);
  });
  useAgain(result.error, options.pause ? undefined : error?.passes ? error.triedAgain() : error, reload);
  const isKept = kept.current?.asked === asked && kept.current.client === now && !(error && isGone(error));
  const data = result.data ?? (isKept ? kept.current?.data : undefined);
  return { data, error: data ? undefined : error, loading: result.fetching && !data, isCurrent: isCurrent || (isKept && !result.data), reload };
}

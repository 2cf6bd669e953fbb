// The only place that sends anything: POST /graphql on the page's own origin.
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-sse';

const ENDPOINT = '/graphql';

/** Sends an operation. Returns its response, or the responses of a subscription as they arrive. */
export function fetcher(params, options) {
  const headers = {
    // Signed in by the workbench's cookie, unless the Headers pane has credentials of its own.
    ...(hasCredentials(options?.headers) ? {} : { 'x-claimspan-session': 'cookie' }),
    ...options?.headers,
  };
  return isSubscription(params) ? follow(params, headers) : send(params, headers);
}

// GraphiQL's own `documentAST` is that of an older text if somebody types and runs at once.
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName ?? undefined)?.operation === 'subscription';
  } catch {
    return false; // The server says what is wrong with the document.
  }
}

/** The responses of a subscription, as server-sent events. */
const follow = (params, headers) =>
  createClient({ url: ENDPOINT, headers, credentials: 'same-origin', retryAttempts: 0 }).iterate(params);

async function send(params, headers) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(params),
    cache: 'no-store',
    credentials: 'same-origin',
    mode: 'same-origin',
    redirect: 'error',
  });

  const text = await response.text();
  const body = parseJson(text);

  // A GraphQL answer is shown as it is, whatever its status: with 401 the
  // body says why.
  if (body !== undefined && (response.ok || body?.errors)) {
    return body;
  }
  const status = `HTTP ${response.status} ${response.statusText}`.trim();
  throw new Error(text ? `${status}: ${text.slice(0, 2000)}` : `${status}, with an empty body`);
}

function parseJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const hasCredentials = headers => Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'authorization');

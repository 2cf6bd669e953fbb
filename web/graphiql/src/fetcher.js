// The only place that sends anything: POST /graphql on the page's own origin.
const ENDPOINT = '/graphql';

export async function fetcher(params, options) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...options?.headers,
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

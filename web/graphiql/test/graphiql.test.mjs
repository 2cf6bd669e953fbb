// Opens the page of a running Claimspan server in a real browser. See README.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const {
  CLAIMSPAN_SERVER,
  CLAIMSPAN_TOKEN,
  CLAIMSPAN_SCREENSHOT,
  CHROMIUM = '/usr/bin/chromium',
} = process.env;

const TIMEOUT = 30_000;
let origin;
let browser;

before(async () => {
  assert.ok(CLAIMSPAN_SERVER, 'set CLAIMSPAN_SERVER to the address of a running server, such as http://127.0.0.1:8080');
  ({ origin } = new URL(CLAIMSPAN_SERVER));
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

after(() => browser?.close());

/** A new page, and lists of what it does that it should not. */
async function newPage() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const seen = { problems: [], foreign: [], requests: [] };

  page.on('pageerror', error => seen.problems.push(`exception: ${error.message}`));
  page.on('console', message => {
    // A refused request is GraphQL's business, and shown in the page.
    const refused = message.text().startsWith('Failed to load resource')
      && message.location().url === `${origin}/graphql`;
    if (['error', 'warning'].includes(message.type()) && !refused) {
      seen.problems.push(`${message.type()}: ${message.text()}`);
    }
  });
  context.on('request', request => {
    const url = request.url();
    seen.requests.push(url);
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) {
      seen.foreign.push(url);
    }
  });
  context.on('requestfailed', request => {
    // The page ends a subscription by aborting its request.
    const ended = request.url() === `${origin}/graphql` && request.failure()?.errorText === 'net::ERR_ABORTED';
    if (!ended) seen.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  await page.addInitScript(() => {
    globalThis.cspViolations = [];
    document.addEventListener('securitypolicyviolation', event => {
      globalThis.cspViolations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { context, page, seen };
}

/** Polls from here: under the page's CSP nothing may be evaluated over there. */
async function until(what, probe) {
  const end = Date.now() + TIMEOUT;
  let last;
  while (Date.now() < end) {
    last = await probe();
    if (last) {
      return last;
    }
    await sleep(100);
  }
  return assert.fail(`timed out waiting for ${what}`);
}

// Monaco renders spaces as no-break spaces.
const text = async locator => (await locator.innerText()).replaceAll('\u00a0', ' ');

async function replaceText(page, editor, value) {
  await editor.click({ position: { x: 100, y: 25 } });
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(value);
  await page.keyboard.press('Escape');
}

const editors = page => ({
  query: page.locator('.graphiql-query-editor .monaco-editor').first(),
  headers: page.locator('[aria-label="Headers"] .graphiql-editor:not(.hidden) .monaco-editor').first(),
  response: page.locator('.result-window .monaco-editor').first(),
});

async function assertClean(page, seen) {
  assert.deepEqual(await page.evaluate(() => globalThis.cspViolations), [], 'CSP violations');
  assert.deepEqual(seen.foreign, [], 'requests to elsewhere');
  assert.deepEqual(seen.problems, [], 'console messages and failures');
}

test('the page loads, knows the schema and runs a query', async () => {
  const { context, page, seen } = await newPage();
  const responses = [];
  page.on('response', response => responses.push(response));

  const answer = await page.goto(`${origin}/graphiql`);
  assert.equal(answer.status(), 200);
  const policy = answer.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe-eval/);
  assert.equal(await page.title(), 'Claimspan · GraphiQL');

  const { query, headers, response } = editors(page);
  await until('the welcome text', async () => (await text(query)).includes('Welcome to Claimspan'));

  if (CLAIMSPAN_TOKEN) {
    // Typed in one go: the editor must not add closing quotes of its own.
    const value = JSON.stringify({ Authorization: `Bearer ${CLAIMSPAN_TOKEN}` });
    await page.locator('.graphiql-editor-tools').getByRole('button', { name: 'Headers', exact: true }).click();
    await replaceText(page, headers, value);
    await page.locator('button[aria-label^="Re-fetch GraphQL schema"]').click();
  }

  // The documentation, from introspection.
  await page.locator('button[aria-label="Show Documentation Explorer"]').click();
  const docs = page.locator('.graphiql-doc-explorer');
  await until('the documentation', async () => (await text(docs)).includes('query:'));

  // The GraphQL worker: it marks a field that the schema does not have.
  await replaceText(page, query, '{ thisFieldDoesNotExist }');
  await query.locator('.squiggly-error').first().waitFor();

  // The editor's own worker: it marks a letter that looks like another (the
  // second "a" is Cyrillic).
  await replaceText(page, query, '{ a\u0430 }');
  await query.locator('.unicode-highlight').first().waitFor();

  // Completion, by the GraphQL worker too.
  await replaceText(page, query, '{ viewer { ');
  await page.keyboard.press('Control+Space');
  const suggestions = page.locator('.suggest-widget.visible');
  await until('completion', async () => (await suggestions.count())
    && (await text(suggestions.first())).includes('displayName'));
  await page.keyboard.press('Escape');

  await replaceText(page, query, '{viewer{displayName}}');
  await page.locator('button[aria-label^="Prettify query"]').click();
  await until('the formatted query', async () =>
    /viewer \{\s+[\d\s]*displayName/.test(await text(query)));

  await page.locator('button[aria-label^="Execute query"]').click();
  const result = await until('the result', async () => {
    const shown = await text(response);
    return /"(data|errors)"/.test(shown) && shown;
  });
  if (CLAIMSPAN_TOKEN) {
    assert.match(result, /"displayName": "/);

    // A subscription shows its events as they come, until it is stopped.
    const asked = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${CLAIMSPAN_TOKEN}` },
      body: JSON.stringify({ query: '{ newsrooms { id } }' }),
    });
    const { data } = await asked.json();
    await replaceText(page, query, `subscription{activity(newsroom:"${data.newsrooms[0].id}",after:0){number kind}}`);
    await page.locator('button[aria-label^="Execute query"]').click();
    await until('an event', async () => /"kind": "[A-Z_]+"/.test(await text(response)));
    await page.locator('button[aria-label^="Stop query"]').click();
  }

  // Nothing secret outlives the page.
  const stored = JSON.stringify(await page.evaluate(() => ({ ...localStorage, ...sessionStorage })));
  assert.doesNotMatch(stored, /Bearer|Authorization|viewer/);
  assert.equal((await context.cookies()).length, 0);

  if (CLAIMSPAN_SCREENSHOT) {
    if (CLAIMSPAN_TOKEN) {
      // The token is no matter for a picture.
      await page.locator('.graphiql-editor-tools').getByRole('button', { name: 'Headers', exact: true }).click();
      await replaceText(page, headers, '{"Authorization": "Bearer …"}');
    }
    await page.screenshot({ path: CLAIMSPAN_SCREENSHOT });
  }

  for (const item of responses) {
    const { pathname } = new URL(item.url());
    if (pathname.startsWith('/graphiql')) {
      assert.ok([200, 304].includes(item.status()), `${pathname}: ${item.status()}`);
    } else if (item.url().startsWith(origin)) {
      assert.equal(pathname, '/graphql');
    }
  }
  for (const worker of ['editor', 'graphql', 'json']) {
    await until(`the ${worker} worker`, () =>
      seen.requests.includes(`${origin}/graphiql/assets/${worker}.worker.js`));
  }
  await assertClean(page, seen);
  await context.close();
});

for (const [name, refusal, expected] of [
  [
    'a GraphQL error with status 200',
    {
      status: 200,
      contentType: 'application/graphql-response+json',
      body: '{"data":null,"errors":[{"message":"sign in first","extensions":{"code":"UNAUTHENTICATED"}}]}',
    },
    /UNAUTHENTICATED/,
  ],
  [
    'a GraphQL error with status 401',
    {
      status: 401,
      contentType: 'application/json',
      body: '{"errors":[{"message":"sign in first","extensions":{"code":"UNAUTHENTICATED"}}]}',
    },
    /UNAUTHENTICATED/,
  ],
  ['a 401 without GraphQL', { status: 401, contentType: 'text/plain', body: 'who are you?' }, /HTTP 401.*who are you\?/],
  ['a 401 without a body', { status: 401, body: '' }, /HTTP 401/],
]) {
  test(`the page shows why introspection was refused: ${name}`, async () => {
    const { context, page, seen } = await newPage();
    // Only the refusal is made up: a server that is set up openly never gives one.
    await page.route(`${origin}/graphql`, route => route.fulfill(refusal));
    await page.goto(`${origin}/graphiql`);

    const { query, headers, response } = editors(page);
    await until('the error', async () =>
      (await response.count()) && expected.test(await text(response)));

    // The editors work all the same.
    await page.locator('.graphiql-editor-tools').getByRole('button', { name: 'Headers', exact: true }).click();
    await replaceText(page, headers, '{"Authorization": "Bearer something"}');
    await replaceText(page, query, '{ viewer { displayName } }');
    const [request] = await Promise.all([
      page.waitForRequest(`${origin}/graphql`),
      page.locator('button[aria-label^="Execute query"]').click(),
    ]);
    assert.equal(request.method(), 'POST');
    assert.equal(request.headers().authorization, 'Bearer something');
    assert.match(request.postDataJSON().query, /displayName/);
    await until('the error again', async () => expected.test(await text(response)));

    await assertClean(page, seen);
    await context.close();
  });
}

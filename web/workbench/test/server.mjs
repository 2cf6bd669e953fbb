// A real Claimspan server for the tests, on a database of its own; and a browser.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../../..');
export const { CHROMIUM = '/usr/bin/chromium', CLAIMSPAN_PROGRAM = path.join(ROOT, 'target/debug/claimspan') } = process.env;

/** What the server sends with the workbench's page. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Starts `claimspan demo`. Gives its address, the demo's passwords by e-mail, and functions to stop and restart it.
 * With `serve`, options of that command, the demo's newsroom is then served by `claimspan serve`.
 * The demo runs on SQLite alone. With CLAIMSPAN_TEST_DATABASE_URL, an empty database on PostgreSQL, the same newsroom is made by commands.
 * With CLAIMSPAN_PAGES=dist the page comes from web/dist through a small proxy, for a program that was built before the page.
 */
export async function startServer({ serve } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'claimspan-workbench-'));
  const database = process.env.CLAIMSPAN_TEST_DATABASE_URL ?? `sqlite://${folder}/demo.db`;
  let child;
  let address;
  const passwords = {};
  const start = async (listen, command = ['demo']) => {
    child = spawn(CLAIMSPAN_PROGRAM, [...command, '--database-url', database, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    await new Promise((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}\n${output}\n${errors}`)));
      child.stdout.on('data', (data) => {
        output += data;
        if ((command[0] === 'serve' || /GraphiQL/.test(output)) && /listens on (http:\S+)\s/.test(output)) resolve();
      });
    });
    child.removeAllListeners('exit');
    address = /listens on (http:\/\/\S+)/.exec(output)[1];
    for (const [, email, password] of output.matchAll(/(\S+@\S+\.example)\s+(\S+)\s*$/gm)) passwords[email] = password;
  };
  const stopProgram = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.on('exit', resolve);
      child.kill('SIGKILL');
    });
  if (process.env.CLAIMSPAN_TEST_DATABASE_URL) {
    await makeNewsroom(database, passwords);
    await start('127.0.0.1:0', ['serve', ...(serve ?? [])]);
    await importDemo({ origin: address, passwords });
  } else await start('127.0.0.1:0');
  if (serve && !process.env.CLAIMSPAN_TEST_DATABASE_URL) {
    await stopProgram();
    await start('127.0.0.1:0', ['serve', ...serve]);
  }
  const proxy = process.env.CLAIMSPAN_PAGES === 'dist' ? await startProxy(() => address, passwords) : undefined;
  return {
    origin: proxy ? proxy.origin : address,
    passwords,
    stopProgram,
    startProgram: () => start(new URL(address).host, process.env.CLAIMSPAN_TEST_DATABASE_URL ? ['serve'] : ['demo']),
    async stop() {
      proxy?.close();
      await stopProgram();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const PEOPLE = [
  ['ADMIN', 'admin@sahel-desk.example', 'Aminata Diallo'],
  ['EDITOR', 'editor@sahel-desk.example', 'Ousmane Ndiaye'],
  ['REVIEWER', 'reviewer@sahel-desk.example', 'Mariam Keïta'],
  ['REVIEWER', 'second@sahel-desk.example', 'Tomás Ferreira'],
  ['READER', 'reader@sahel-desk.example', 'Léa Martin'],
];

/** Makes the demo's newsroom and accounts. */
async function makeNewsroom(database, passwords) {
  const command = (options, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(CLAIMSPAN_PROGRAM, ['--database-url', database, ...options], { stdio: ['pipe', 'ignore', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (data) => {
        errors += data;
      });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${options[0]} ended with ${code}\n${errors}`))));
      child.stdin.end(input);
    });
  await command(['newsroom', 'create', '--slug', 'sahel-desk', '--name', 'Sahel Desk']);
  for (const [role, email, name] of PEOPLE) {
    passwords[email] = randomBytes(12).toString('base64url');
    await command(['account', 'create', '--email', email, '--name', name, '--newsroom', 'sahel-desk', '--role', role.toLowerCase()], `${passwords[email]}\n`);
  }
}

/** The one claim of the demo's article that tests on other databases need. */
async function importDemo(server) {
  const ask = api(server, 'editor@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  const exact = "Andriy Yusov, who speaks for Ukraine's military intelligence, admitted that his service had helped the rebels before the battle.";
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: 'Bamako breaks with Kyiv over a defeat in the desert', body: `According to the statement, ${exact}`, language: 'en' },
  });
  await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', {
    input: { article: importArticle.article.id, statement: "Andriy Yusov admitted that Ukraine's military intelligence helped the rebels before the battle.", ranges: [{ exact }] },
  });
}

/** Serves web/dist as the server does, and passes everything else on. */
async function startProxy(target, passwords) {
  const dist = path.join(HERE, '../../dist');
  const media = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.ttf': 'font/ttf' };
  const server = createServer(async (from, to) => {
    const { pathname } = new URL(from.url, 'http://localhost');
    const head = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' };
    if (pathname === '/workbench/config.json') {
      const accounts = PEOPLE.map(([role, email, name]) => ({ role, email, name, password: passwords[email] }));
      return to.writeHead(200, { ...head, 'content-type': 'application/json' }).end(JSON.stringify({ demo: { accounts } }));
    }
    const page = pathname === '/' || pathname === '/invitation' || pathname === '/reset' || pathname.startsWith('/n/');
    const graphiql = /^\/graphiql(\/|$)/.test(pathname);
    if (page || graphiql || pathname.startsWith('/workbench/')) {
      const file = page ? 'workbench/index.html' : pathname === '/graphiql' ? 'graphiql/index.html' : pathname.slice(1);
      if (graphiql) head['content-security-policy'] = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace("connect-src 'self'", "connect-src 'self'; worker-src 'self'");
      try {
        const bytes = await readFile(path.join(dist, path.normalize(file)));
        return to.writeHead(200, { ...head, 'content-type': media[path.extname(file)] ?? 'text/plain; charset=utf-8' }).end(bytes);
      } catch {
        return to.writeHead(404).end();
      }
    }
    const { hostname, port } = new URL(target());
    const passed = request({ hostname, port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
      answer.on('close', () => to.destroy());
    });
    passed.on('error', () => to.destroy());
    to.on('close', () => passed.destroy());
    from.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function openBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A person at the page: a browser context of their own, and what went wrong in it. */
export async function person(browser, server, email, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, colorScheme: 'light', locale: 'en-GB', ...options });
  const page = await context.newPage();
  // A machine under load may take long to reach a state. A test that fails waits this long; one that passes does not.
  page.setDefaultTimeout(60_000);
  watchRequests(page);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) problems.push(message.text());
  });
  context.on('request', (sent) => {
    if (!sent.url().startsWith(`${server.origin}/`) && !/^(data|blob):/.test(sent.url())) problems.push(`foreign request: ${sent.url()}`);
  });
  await page.goto(server.origin);
  if (email) await signIn(page, server, email);
  return { context, page, problems };
}

export async function signIn(page, server, email) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(server.passwords[email]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('banner').waitFor();
}

/** Asks the API itself, with a token of its own. */
export function api(server, email) {
  let token;
  const ask = async (query, variables) => {
    const response = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  return async (query, variables) => {
    if (!token) {
      const { signIn: session } = await ask('mutation($input: SignInInput!) { signIn(input: $input) { token } }', { input: { email, password: server.passwords[email] } });
      token = session.token;
    }
    return ask(query, variables);
  };
}

/** Selects words in the article as a reader does: by the mouse, from the first to the last. */
export async function selectWords(page, words) {
  const [from, to] = await page.evaluate((text) => {
    for (const block of document.querySelectorAll('[data-block]')) {
      const at = block.textContent.indexOf(text);
      if (at < 0) continue;
      block.scrollIntoView({ block: 'center' });
      const point = (offset, end) => {
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        let left = offset;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const { length } = node.nodeValue;
          if (left < length || (end && left === length)) {
            const range = document.createRange();
            range.setStart(node, left);
            range.setEnd(node, left);
            const box = range.getBoundingClientRect();
            return { x: box.left, y: box.top + box.height / 2 };
          }
          left -= length;
        }
      };
      return [point(at, false), point(at + text.length, true)];
    }
    throw new Error(`not in the article: ${text}`);
  }, words);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

/** Tests of which each needs the one before: once one has failed, the rest fail at once. */
export function inOrder() {
  let failed;
  return (name, run) =>
    test(name, async (context) => {
      if (failed) throw new Error(`not run, because this failed before: ${failed}`);
      failed = name;
      await run(context);
      failed = undefined;
    });
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it is now. It runs by the protocol, which the page's policy does not bind. */
export async function axeFindings(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const { result } = await cdp.send('Runtime.evaluate', { expression: 'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? ""))])))', awaitPromise: true, returnByValue: true });
  await cdp.detach();
  return JSON.parse(result.value).flatMap(([rule, nodes]) => nodes.map((node) => `${rule}: ${node}`));
}

let serial = 0;
/** A new article with a claim that nobody has judged, and the address where it is open. */
export async function newClaim(server, ask) {
  serial += 1;
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: `Fares, ${process.pid}-${serial}`, body: `The operator says that fares doubled ${serial} times in ${process.pid}. Nobody was told.`, language: 'en' },
  });
  const article = importArticle.article.id;
  const { markClaim } = await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id version } } }', {
    input: { article, statement: `Fares doubled ${serial} times.`, ranges: [{ exact: `fares doubled ${serial} times` }] },
  });
  const { id, version } = markClaim.claim;
  return { id, version, article, newsroom: newsroom.id, statement: `Fares doubled ${serial} times.`, articleUrl: `${server.origin}/n/sahel-desk/articles/${article}`, url: `${server.origin}/n/sahel-desk/articles/${article}?claim=${id}` };
}

export const submitVerdict = (who, claim, rating, rationale) =>
  who('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } } }', {
    input: { claim, rating, rationale, citations: [{ url: 'https://ferry.example.org/fares', stance: 'SUPPORTS' }] },
  });

/** Keeps a picture of the page where CLAIMSPAN_SHOTS names a folder. */
export async function shoot(page, name) {
  const { CLAIMSPAN_SHOTS } = process.env;
  if (!CLAIMSPAN_SHOTS) return;
  await mkdir(CLAIMSPAN_SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(CLAIMSPAN_SHOTS, `${name}.png`) });
}

/** The requests of each page that are not answered yet, but for the stream of events, which never ends. */
const pending = new WeakMap();
function watchRequests(page) {
  const open = new Set();
  pending.set(page, open);
  page.on('request', (sent) => {
    if (!sent.headers().accept?.includes('text/event-stream')) open.add(sent);
  });
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (sent) => open.delete(sent));
}

/** Waits until nothing on the page is loading any more, and what came in is drawn. */
export async function settled(page) {
  const isDrawn = () => page.waitForFunction(() => document.querySelector('main, .gate') && !document.querySelector('.loading'));
  const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
  for (let quiet = 0; quiet < 3; ) {
    await isDrawn();
    await drawn();
    quiet = pending.get(page).size === 0 ? quiet + 1 : 0;
  }
}

// Nodemailer's mail server receives the mails of a server of our own, with STARTTLS and a password, and its parser reads them.
//
// CLAIMSPAN_PROGRAM names the server's program, and CLAIMSPAN_RECEIVER a key and a certificate: NAME.key and NAME.pem.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const { CLAIMSPAN_PROGRAM: program, CLAIMSPAN_RECEIVER: receiver } = process.env;
const PASSWORD = 'a long p@ssword: with/signs';
const PUBLIC = 'https://facts.example.org';

/** A mail server that wants STARTTLS and a password. `next` waits for the next mail. */
async function postbox(t) {
  const [mails, waiting] = [[], []];
  const server = new SMTPServer({
    // The server keeps its connection for the next mail.
    closeTimeout: 1000,
    key: readFileSync(`${receiver}.key`),
    cert: readFileSync(`${receiver}.pem`),
    onAuth: ({ username, password }, session, done) => {
      const right = session.secure && username === 'claimspan' && password === PASSWORD;
      done(right ? null : new Error('wrong password'), { user: username });
    },
    onData: async (stream, session, done) => {
      const mail = await simpleParser(stream);
      done();
      const give = waiting.shift();
      if (give) give(mail);
      else mails.push(mail);
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => new Promise(done => server.close(done)));
  const next = () => (mails.length > 0 ? Promise.resolve(mails.shift()) : new Promise(give => waiting.push(give)));
  return { port: server.server.address().port, next };
}

/** A server on a new database, with the admin `admin@example.org`. Returns its address. */
async function serve(t, port) {
  const folder = mkdtempSync(join(tmpdir(), 'claimspan-mail-'));
  const database = ['--database-url', `sqlite://${folder}/mail.db`];
  const run = (args, input) => {
    const done = spawnSync(program, [...database, ...args], { input, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  };
  run(['newsroom', 'create', '--slug', 'desk', '--name', 'Le Bureau 🗞']);
  run(['account', 'create', '--email', 'admin@example.org', '--name', 'Admin', '--newsroom', 'desk', '--role', 'admin'], PASSWORD);
  const user = `claimspan:${encodeURIComponent(PASSWORD)}`;
  const env = { ...process.env, CLAIMSPAN_SMTP_URL: `smtp://${user}@127.0.0.1:${port}`, CLAIMSPAN_SMTP_CA: `${receiver}.pem` };
  const flags = ['--listen', '127.0.0.1:0', '--public-url', PUBLIC, '--mail-from', 'Facts <facts@example.org>'];
  const server = spawn(program, [...database, 'serve', ...flags], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /^claimspan listens on (.*)$/.exec(line);
    if (address) return address[1];
  }
  throw new Error('the server did not listen');
}

test('mails arrive as nodemailer reads them, and one click turns them off', async t => {
  assert.ok(program && receiver, 'CLAIMSPAN_PROGRAM and CLAIMSPAN_RECEIVER are needed; scripts/test --web sees to it');
  const { port, next } = await postbox(t);
  const address = await serve(t, port);
  const ask = async (query, input, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  const call = async (name, input, selection, token) => {
    const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
    const data = await ask(`mutation($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, input, token);
    return data[name];
  };
  const { token: admin } = await call('signIn', { email: 'admin@example.org', password: PASSWORD }, 'token');
  const { newsrooms: [{ id: newsroom }] } = await ask('{ newsrooms { id } }', undefined, admin);

  const invited = { newsroom, email: 'awa@example.org', role: 'REVIEWER', sendMail: true };
  const { acceptToken } = await call('inviteMember', invited, 'acceptToken', admin);
  const invitation = await next();

  assert.equal(invitation.subject, 'Invitation to Le Bureau 🗞');
  assert.deepEqual([invitation.from.text, invitation.to.text], ['"Facts" <facts@example.org>', 'awa@example.org']);
  assert.ok(invitation.text.includes(`\n${PUBLIC}/invitation#${acceptToken}\n`), invitation.text);
  assert.equal(invitation.headers.get('auto-submitted'), 'auto-generated');
  assert.ok(Math.abs(invitation.date - Date.now()) < 60_000);
  assert.match(invitation.messageId, /^<[0-9a-f]{32}@example\.org>$/);
  assert.equal(invitation.headers.get('list'), undefined);

  const joined = { acceptToken, displayName: 'Awa', password: PASSWORD };
  const { token: awa, account } = await call('acceptInvitation', joined, 'token account { id }');
  await call('updateMailSettings', { assigned: true }, 'account { id }', awa);
  const written = { newsroom, title: 'Pluie', body: 'Il a plu à Ségou.' };
  const { article } = await call('importArticle', written, 'article { id }', admin);
  const marked = { article: article.id, statement: 'Il a plu à Ségou.', ranges: [{ exact: 'Il a plu à Ségou.' }] };
  const { claim } = await call('markClaim', marked, 'claim { id }', admin);
  await call('assignClaim', { claim: claim.id, reviewers: [account.id] }, 'claim { id }', admin);
  const news = await next();

  assert.equal(news.to.text, 'awa@example.org');
  assert.ok(news.text.includes('    Il a plu à Ségou.\n'), news.text);
  assert.ok(news.text.includes(`${PUBLIC}/n/desk/articles/${article.id}?claim=${claim.id}\n`), news.text);
  const list = news.headers.get('list');
  assert.equal(list['unsubscribe-post'].name ?? list['unsubscribe-post'], 'List-Unsubscribe=One-Click');
  assert.ok(list.unsubscribe.url.startsWith(`${PUBLIC}/unsubscribe/`));

  // As RFC 8058 has it: the body is a form, and there is no cookie.
  const body = new FormData();
  body.set('List-Unsubscribe', 'One-Click');
  const left = await fetch(list.unsubscribe.url.replace(PUBLIC, address), { method: 'POST', body });
  assert.equal(left.status, 200, await left.text());
  const { viewer } = await ask('{ viewer { mailSettings { assigned } } }', undefined, awa);
  assert.equal(viewer.mailSettings.assigned, false);
});

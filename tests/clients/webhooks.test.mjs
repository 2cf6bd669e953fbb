// Standard Webhooks' own library verifies the messages of a webhook, with the code that docs/webhooks.md shows.
//
// CLAIMSPAN_RECEIVER names a key and a certificate: NAME.key and NAME.pem. The server trusts the certificate.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import test from 'node:test';
import { seeded } from './seeded.mjs';

const { CLAIMSPAN_RECEIVER: receiver } = process.env;
const CREATE = 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { secret webhook { id } } }';
const DELETE = 'mutation($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { webhookId } }';

/** The function that docs/webhooks.md shows, with this secret. */
async function verifier(secret) {
  const docs = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const [, code] = docs.match(/^```js\n(.*?)^```$/ms);
  // In this folder, so that the library is found.
  const file = new URL('verify-webhook.tmp.mjs', import.meta.url);
  writeFileSync(file, code);
  process.env.CLAIMSPAN_WEBHOOK_SECRET = secret;
  try {
    return (await import(file)).verify;
  } finally {
    rmSync(file);
  }
}

test('the library of Standard Webhooks verifies a message', async t => {
  assert.ok(receiver, 'CLAIMSPAN_RECEIVER has to name a key and a certificate; scripts/test --web sees to it');
  const server = createServer({ key: readFileSync(`${receiver}.key`), cert: readFileSync(`${receiver}.pem`) });
  const arrived = new Promise(resolve => {
    server.on('request', async (request, response) => {
      const parts = await request.toArray();
      response.writeHead(204).end();
      resolve({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  const input = { newsroom: seeded.newsroom.id, url: `https://127.0.0.1:${server.address().port}/`, kinds: ['ARTICLE_IMPORTED'] };
  const { createWebhook } = await seeded.as('admin', CREATE, { input });
  t.after(() => seeded.as('admin', DELETE, { input: { webhook: createWebhook.webhook.id } }));
  await seeded.anArticle('An article for the webhook');
  const { headers, body } = await arrived;
  const verify = await verifier(createWebhook.secret);

  const message = verify(body, headers);

  assert.equal(message.type, 'ARTICLE_IMPORTED');
  assert.equal(message.data.newsroom, seeded.newsroom.id);
  assert.equal(headers['webhook-id'], `${seeded.newsroom.id}-${message.data.number}`);
  assert.throws(() => verify(body.replace('ARTICLE', 'Article'), headers));
  assert.throws(() => verify(body, { ...headers, 'webhook-id': 'another' }));
});

// Admin: webhooks are made, watched, disabled, sent again and deleted; others cannot even see them; and a page that could not be read reads itself again.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { api, axeFindings, openBrowser, person, shoot, startServer } from './server.mjs';

let server;
let browser;
let receiver;
let url;
before(async () => {
  server = await startServer({ serve: ['--webhook-allow-private-networks'] });
  browser = await openBrowser();
  // A receiver that hangs up before it says anything.
  receiver = createServer((socket) => socket.destroy());
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${receiver.address().port}/claimspan`;
});
after(async () => {
  await browser?.close();
  receiver?.close();
  await server?.stop();
});

const hooks = async () => (await api(server, 'admin@sahel-desk.example')('{ newsroom(slug: "sahel-desk") { webhooks { url state kinds deliveries { attempt } } } }')).newsroom.webhooks;

test('an admin makes a webhook, copies its secret once, sees the last answer, disables it, sends an event again, and deletes it', async () => {
  const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/admin/webhooks`);
  await page.getByText('Nothing is sent anywhere yet.').waitFor();
  await page.getByLabel('Address').fill('http://hooks.example.org');
  await page.getByRole('button', { name: 'Make the webhook' }).click();
  await page.locator('.field.wrong', { hasText: 'The address must begin with https://' }).waitFor();
  await page.getByLabel('Address').fill(url);
  await page.getByLabel('A note for admins').fill('The web site');
  await page.getByText('Only some').click();
  await page.getByLabel('Article imported').check();
  assert.deepEqual(await axeFindings(page), []);
  await page.getByRole('button', { name: 'Make the webhook' }).click();
  const secret = page.getByRole('textbox', { name: `Secret for ${url}` });
  assert.match(await secret.inputValue(), /^whsec_/);
  await shoot(page, 'webhook-secret');
  const hook = page.locator('.hook', { hasText: url });
  await hook.getByText('The web site').waitFor();
  await hook.getByText('Nothing was sent yet.').waitFor();
  assert.deepEqual([...(await hooks())[0].kinds].sort(), ['ARTICLE_IMPORTED', 'RULING_CORRECTED', 'RULING_PUBLISHED']);

  // An event that the receiver does not take.
  const ask = api(server, 'editor@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', { input: { newsroom: newsroom.id, title: 'Something to send', body: 'A paragraph.' } });
  await hook.getByText('Trying again').waitFor();
  await hook.getByText('Last answer: none').waitFor();
  await hook.getByText(/^Last (attempt|\d+ attempts)$/).click();
  await hook.getByRole('button', { name: /^Send again: event \d+$/ }).first().click();
  await page.getByText(/^Event \d+ is sent once more\.$/).waitFor();
  await hook.getByText('asked for').waitFor();
  await shoot(page, 'webhook-retrying');
  assert.deepEqual(await axeFindings(page), []);

  await hook.getByRole('button', { name: 'Disable' }).click();
  await hook.getByText('An admin disabled it.').waitFor();
  assert.equal((await hooks())[0].state, 'DISABLED');
  await hook.getByRole('button', { name: 'Enable' }).click();
  await hook.getByText('An admin disabled it.').waitFor({ state: 'detached' });

  // The secret is gone with the page.
  await page.reload();
  await hook.waitFor();
  assert.equal(await secret.count(), 0);
  await hook.getByRole('button', { name: /^More about/ }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the webhook' });
  assert.equal((await hooks()).length, 1);
  await dialog.getByRole('button', { name: 'Delete the webhook' }).click();
  await page.getByText('Nothing is sent anywhere yet.').waitFor();
  assert.equal((await hooks()).length, 0);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const who of ['editor', 'reviewer']) {
  test(`a ${who} sees no webhooks`, async () => {
    const { page, problems, context } = await person(browser, server, `${who}@sahel-desk.example`);
    const asked = [];
    page.on('request', (sent) => asked.push(sent.postData() ?? ''));
    await page.goto(`${server.origin}/n/sahel-desk/admin/webhooks`);
    await page.getByText('This page is for admins.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Webhooks' }).count(), 0);
    assert.equal(asked.some((body) => body.includes('query Webhooks')), false);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('a page of Admin that could not be read reads itself again, and says so', async () => {
  const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example');
  const answers = [(route) => route.fulfill({ status: 408, body: '' }), (route) => route.fulfill({ status: 408, body: '' }), (route) => route.abort()];
  let failed = 0;
  await page.route('**/graphql', (route) => {
    if (!route.request().postData()?.includes('query Members')) return route.continue();
    const answer = answers[failed];
    failed += 1;
    return answer ? answer(route) : route.continue();
  });
  await page.goto(`${server.origin}/n/sahel-desk/admin/members`);
  await page.getByText('This page tries again by itself.').waitFor();
  await page.getByRole('row', { name: /Mariam Keïta/ }).waitFor();
  assert.ok(failed > 3);
  assert.equal(await page.getByRole('alert').count(), 0);
  // A change that fails is not sent again by itself, and the page does not say so.
  let sent = 0;
  await page.route('**/graphql', (route) => {
    if (!route.request().postData()?.includes('mutation RenameNewsroom')) return route.fallback();
    sent += 1;
    return route.fulfill({ status: 408, body: '' });
  });
  await page.goto(`${server.origin}/n/sahel-desk/admin/policy`);
  await page.getByLabel('Name of the newsroom').fill('Another name');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByText('What you typed is kept. Try again in a moment.').waitFor();
  await page.waitForTimeout(3000);
  assert.equal(sent, 1);
  assert.deepEqual(problems, []);
  await context.close();
});

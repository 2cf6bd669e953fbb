// Nothing typed is lost: drafts, conflicts, a server that restarts, a session that ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, openBrowser, person, signIn, startServer } from './server.mjs';

let server;
let browser;
let ask;
let newsroom;
let serial = 0;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ask = api(server, 'editor@sahel-desk.example');
  ({ newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }'));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A new claim that nobody has judged, and the address where it is open. */
async function newClaim() {
  serial += 1;
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: `Fares, ${serial}`, body: `The operator says that fares doubled ${serial} times.`, language: 'en' },
  });
  const { markClaim } = await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id version } } }', {
    input: { article: importArticle.article.id, statement: `Fares doubled, ${serial}.`, ranges: [{ exact: `fares doubled ${serial} times` }] },
  });
  const { id, version } = markClaim.claim;
  return { id, version, article: importArticle.article.id, url: `${server.origin}/n/sahel-desk/articles/${importArticle.article.id}?claim=${id}` };
}

const panel = (page) => page.locator('.reading-panel');
async function typeVerdict(page, why) {
  await panel(page).getByRole('group', { name: 'Rating' }).getByText('False', { exact: true }).click();
  await panel(page).getByLabel('Why', { exact: true }).fill(why);
  await panel(page).getByRole('button', { name: 'Add a source' }).click();
  await panel(page).getByLabel('Address').fill('https://ferry.example.org/fares');
  await panel(page).getByText('Supports', { exact: true }).click();
}

test('a draft survives a crash before it is saved, and is found on another computer once it is', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  // The server does not get the draft: the browser crashes before.
  await page.route('**/graphql', (route) => (route.request().postData()?.includes('saveVerdictDraft') ? route.abort() : route.continue()));
  await typeVerdict(page, 'Typed before the crash.');
  await page.close();
  const again = await context.newPage();
  await again.goto(claim.url);
  assert.equal(await panel(again).getByLabel('Why', { exact: true }).inputValue(), 'Typed before the crash.');
  await panel(again).getByText('Draft saved. Nobody else can see it.').waitFor();

  const elsewhere = await person(browser, server, 'reviewer@sahel-desk.example');
  await elsewhere.page.goto(claim.url);
  assert.equal(await panel(elsewhere.page).getByLabel('Why', { exact: true }).inputValue(), 'Typed before the crash.');
  assert.equal(await panel(elsewhere.page).getByLabel('Address').inputValue(), 'https://ferry.example.org/fares');
  await panel(elsewhere.page).getByLabel('Why', { exact: true }).fill('Gone on elsewhere.');
  await panel(elsewhere.page).getByText('Draft saved. Nobody else can see it.').waitFor();

  // Here one goes on as well: both are shown, and one is chosen.
  await panel(again).getByLabel('Why', { exact: true }).fill('Gone on here.');
  await panel(again).getByText('You saved another draft of this verdict elsewhere.').waitFor();
  await panel(again).getByText('Gone on elsewhere.').waitFor();
  await panel(again).getByRole('button', { name: 'Keep what is typed here' }).click();
  await panel(again).getByText('Draft saved. Nobody else can see it.').waitFor();
  const mine = api(server, 'reviewer@sahel-desk.example');
  const { node } = await mine('query($id: ID!) { node(id: $id) { ... on Claim { myDraft { rationale rating { key } citations { url } } } } }', { id: claim.id });
  assert.deepEqual(node.myDraft, { rationale: 'Gone on here.', rating: { key: 'FALSE' }, citations: [{ url: 'https://ferry.example.org/fares' }] });
  await context.close();
  await elsewhere.context.close();
});

test('a claim that changes under a verdict shows what changed, and keeps what is typed', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await typeVerdict(page, 'They did not double.');
  await ask('mutation($input: EditClaimInput!) { editClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, statement: 'Fares tripled.' } });
  await panel(page).getByText('The claim changed while you were judging it.').waitFor();
  await panel(page).locator('del', { hasText: 'Fares doubled' }).waitFor();
  await panel(page).locator('ins', { hasText: 'Fares tripled.' }).waitFor();
  assert.equal(await panel(page).getByRole('button', { name: 'Submit the verdict' }).isDisabled(), true);
  assert.equal(await panel(page).getByLabel('Why', { exact: true }).inputValue(), 'They did not double.');
  await panel(page).getByRole('button', { name: 'I have read the new words' }).click();
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByRole('button', { name: 'Change it' }).waitFor();
  await context.close();
});

test('words that changed twice since they were read are reaffirmed, because the page names the wording that it shows', async () => {
  const claim = await newClaim();
  const mine = api(server, 'reviewer@sahel-desk.example');
  await mine('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } } }', {
    input: { claim: claim.id, rating: 'FALSE', rationale: 'They did not.', citations: [{ url: 'https://ferry.example.org', stance: 'REFUTES' }] },
  });
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { article { title revision { text } } } } }', { id: claim.id });
  const { title, revision } = node.article;
  const body = revision.text.slice(title.length).trim();
  for (const words of ['The operator of the ferry says', 'The operator of the new ferry says']) {
    await ask('mutation($input: ReviseArticleInput!) { reviseArticle(input: $input) { article { id } } }', { input: { article: claim.article, title, body: body.replace('The operator says', words) } });
  }
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByRole('button', { name: 'Reaffirm my verdict' }).click();
  await page.getByText('You stand by your verdict.').waitFor();
  await panel(page).getByRole('button', { name: 'Reaffirm my verdict' }).waitFor({ state: 'detached' });
  await context.close();
});

test('a revision that is typed survives a closed dialog, and never replaces what another editor stored meanwhile', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url.replace(/\?.*/, '/revisions'));
  const dialog = page.getByRole('dialog', { name: 'Revise the text' });
  await page.getByRole('button', { name: 'Revise the text' }).click();
  await dialog.getByLabel('Text', { exact: true }).fill('Typed by one editor.');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByRole('button', { name: 'Revise the text' }).click();
  assert.equal(await dialog.getByLabel('Text', { exact: true }).inputValue(), 'Typed by one editor.');
  await ask('mutation($input: ReviseArticleInput!) { reviseArticle(input: $input) { article { id } } }', { input: { article: claim.article, body: 'Stored by another editor.' } });
  await dialog.getByText('Your text is based on revision 1. Since then, revision 2 was stored.').waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Store the new text' }).isDisabled(), true);
  await dialog.getByRole('button', { name: 'Discard my text' }).click();
  await page.getByRole('button', { name: 'Revise the text' }).click();
  assert.equal(await dialog.getByLabel('Text', { exact: true }).inputValue(), 'Stored by another editor.');
  await context.close();
});

test('a claim that was marked before events began to come is not missed', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.route('**/graphql', async (route) => {
    if (route.request().headers().accept === 'text/event-stream') await released;
    return route.continue();
  });
  await page.goto(claim.url.replace(/\?.*/, ''));
  await page.locator('.paper mark', { hasText: 'fares doubled' }).waitFor();
  await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', { input: { article: claim.article, statement: 'The operator speaks.', ranges: [{ exact: 'The operator says' }] } });
  release();
  await page.locator('.paper mark', { hasText: 'The operator says' }).waitFor();
  await context.close();
});

test('another verdict that comes in meanwhile is no conflict: the words are the same', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await typeVerdict(page, 'They did not double.');
  // No events reach this page, so that it sends the version that it read.
  await page.route('**/graphql', (route) => (route.request().headers().accept === 'text/event-stream' ? route.abort() : route.continue()));
  const second = api(server, 'second@sahel-desk.example');
  await second('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { claim { version } } }', {
    input: { claim: claim.id, rating: 'TRUE', rationale: 'They did.', citations: [{ url: 'https://ferry.example.org', stance: 'SUPPORTS' }] },
  });
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByRole('button', { name: 'Change it' }).waitFor();
  await panel(page).getByText('They did.', { exact: true }).waitFor();
  await context.close();
});

test('a verdict submitted while the server is down is sent once it is back, and once', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await typeVerdict(page, 'Sent in the dark.');
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await server.stopProgram();
  await panel(page).getByLabel('Why', { exact: true }).fill('Sent in the dark, and finished there.');
  await page.getByText('The server cannot be reached. Go on: what you type is kept here.').waitFor();
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByText('Your verdict waits to be sent.').waitFor();
  await server.startProgram();
  await panel(page).getByRole('button', { name: 'Change it' }).waitFor();
  await panel(page).getByText('Sent in the dark, and finished there.').waitFor();
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { verdicts { number rationale } } } }', { id: claim.id });
  assert.deepEqual(node.verdicts, [{ number: 1, rationale: 'Sent in the dark, and finished there.' }]);
  // And what others do appears again, after the connection was lost.
  await page.getByText('Live').first().waitFor();
  await ask('mutation($input: EditClaimInput!) { editClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, tags: ['after-the-restart'] } });
  await panel(page).getByText('after-the-restart').waitFor();
  await context.close();
});

test('an answer that is lost on its way does not submit twice', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await typeVerdict(page, 'Once.');
  const keys = [];
  let lost = false;
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('mutation SubmitVerdict')) return route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    if (lost) return route.continue();
    lost = true;
    // The server carries it out, and nobody hears of it.
    await route.fetch();
    return route.abort();
  });
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByRole('button', { name: 'Change it' }).waitFor();
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('claimspan.outbox')));
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { verdicts { number } } } }', { id: claim.id });
  assert.deepEqual(node.verdicts, [{ number: 1 }]);
  await context.close();
});

test('a session that ends leaves the page as it is; signing in over it goes on', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await typeVerdict(page, 'Typed before the end.');
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await context.clearCookies();
  await panel(page).getByLabel('Why', { exact: true }).fill('Typed after the end.');
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.waitFor();
  await again.getByLabel('Password').fill(server.passwords['reviewer@sahel-desk.example']);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.waitFor({ state: 'detached' });
  assert.equal(await panel(page).getByLabel('Why', { exact: true }).inputValue(), 'Typed after the end.');
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await context.close();
});

test('signing out leaves nothing of one person for the next', async () => {
  const claim = await newClaim();
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByLabel('Why', { exact: true }).fill('Mine alone.');
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => /draft|outbox/.test(key))), []);
  await signIn(page, server, 'second@sahel-desk.example');
  await page.goto(claim.url);
  assert.equal(await panel(page).getByLabel('Why', { exact: true }).inputValue(), '');
  await context.close();
});

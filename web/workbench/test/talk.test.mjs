// The discussion of a claim: blind review, mentions, replies, edits, resolved threads, and nothing typed is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, shoot, startServer, submitVerdict } from './server.mjs';

let server;
let browser;
let ask;
let reviewer;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ask = api(server, 'editor@sahel-desk.example');
  reviewer = api(server, 'reviewer@sahel-desk.example');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const talk = (page) => page.locator('#discussion');
const box = (page) => talk(page).getByLabel('Your comment', { exact: true });
const addComment = (who, input) => who('mutation($input: AddCommentInput!) { addComment(input: $input) { comment { id } } }', { input });

test('blind review hides the discussion as it hides the verdicts, and a comment appears as soon as it may be read', async () => {
  const claim = await newClaim(server, ask);
  const editor = await person(browser, server, 'editor@sahel-desk.example');
  const judge = await person(browser, server, 'reviewer@sahel-desk.example');
  await editor.page.goto(claim.url);
  await judge.page.goto(claim.url);
  await talk(editor.page).getByText('Nobody has said anything yet.').waitFor();
  await talk(editor.page).getByText(/^Blind review hides it like the verdicts/).waitFor();
  await talk(judge.page).getByText('you can read the discussion and join it once you have judged the claim yourself').waitFor();
  assert.equal(await box(judge.page).count(), 0);
  const reader = await person(browser, server, 'reader@sahel-desk.example');
  await reader.page.goto(claim.url);
  await talk(reader.page).getByText('once enough reviewers have judged the claim').waitFor();
  await reader.context.close();

  // A name is chosen with the keyboard alone.
  await editor.page.keyboard.press('d');
  await box(editor.page).and(editor.page.locator(':focus')).waitFor();
  await editor.page.keyboard.type('Which timetable is meant, @kei');
  const names = talk(editor.page).getByRole('listbox', { name: 'People' });
  await names.getByRole('option', { name: 'Mariam Keïta' }).waitFor();
  assert.equal(await box(editor.page).getAttribute('aria-activedescendant'), await names.getByRole('option', { selected: true }).getAttribute('id'));
  await editor.page.keyboard.press('Enter');
  assert.equal(await box(editor.page).inputValue(), 'Which timetable is meant, @Mariam Keïta ');
  await editor.page.keyboard.type('? See https://ferry.example.org/2024.');
  await editor.page.keyboard.press('Control+Enter');
  await talk(editor.page).locator('.mention', { hasText: '@Mariam Keïta' }).waitFor();
  assert.equal(await talk(editor.page).getByRole('link').getAttribute('href'), 'https://ferry.example.org/2024');
  assert.equal(await box(editor.page).inputValue(), '');
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { comments { nodes { mentions { displayName } } } } } }', { id: claim.id });
  assert.deepEqual(node.comments.nodes, [{ mentions: [{ displayName: 'Mariam Keïta' }] }]);

  assert.equal(await talk(judge.page).locator('.said').count(), 0);
  await submitVerdict(reviewer, claim.id, 'FALSE', 'They did not double.');
  // Without a reload: the reviewer reads it and answers, and the editor reads the answer.
  await talk(judge.page).getByText('Which timetable is meant').waitFor();
  await talk(judge.page).getByRole('button', { name: 'Reply' }).click();
  await talk(judge.page).getByLabel('Your reply').fill('The winter timetable.');
  await talk(judge.page).getByRole('button', { name: 'Reply' }).click();
  await talk(editor.page).getByRole('list', { name: 'Replies' }).getByText('The winter timetable.').waitFor();
  await shoot(editor.page, 'talk');

  // Whoever is mentioned hears of it at once.
  await box(editor.page).fill('And @Mariam');
  await talk(editor.page).getByRole('option', { name: 'Mariam Keïta' }).click();
  await talk(editor.page).getByRole('button', { name: 'Add the comment' }).click();
  await judge.page.getByText('Ousmane Ndiaye mentions you in a comment.').waitFor();
  await judge.page.getByRole('button', { name: 'Open the comment' }).click();
  await judge.page.locator('.said:focus', { hasText: 'And @Mariam Keïta' }).waitFor();

  // The mention leads from Home to the comment.
  await judge.page.goto(server.origin);
  await judge.page.getByRole('region', { name: /Mentions of me/ }).getByRole('link', { name: /Which timetable is meant/ }).click();
  await judge.page.locator('.said:focus', { hasText: 'Which timetable is meant' }).waitFor();
  assert.deepEqual([...editor.problems, ...judge.problems], []);
  await editor.context.close();
  await judge.context.close();
});

test('an edit keeps the earlier text, and a resolved thread is folded and can be opened again', async () => {
  const claim = await newClaim(server, ask);
  await addComment(ask, { claim: claim.id, text: 'Is this the winter timetable?' });
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await talk(page).getByRole('button', { name: 'Edit' }).click();
  await talk(page).getByLabel('The comment', { exact: true }).fill('Is this the summer timetable?');
  await talk(page).getByRole('button', { name: 'Save' }).click();
  await talk(page).getByText('Is this the summer timetable?').waitFor();
  await talk(page).getByText('What it said before').click();
  await talk(page).getByText('Is this the winter timetable?').waitFor();
  await page.getByRole('button', { name: 'Go to the discussion: one open thread' }).waitFor();
  await talk(page).getByRole('button', { name: 'Resolve' }).click();
  const folded = talk(page).locator('details.resolved');
  await folded.waitFor();
  assert.equal(await talk(page).getByRole('button', { name: 'Open it again' }).isVisible(), false);
  await folded.locator('summary').first().click();
  await talk(page).getByRole('button', { name: 'Open it again' }).click();
  await talk(page).getByRole('list', { name: 'On the claim' }).getByText('Is this the summer timetable?').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a comment on a verdict stands with the verdict', async () => {
  const claim = await newClaim(server, ask);
  await submitVerdict(reviewer, claim.id, 'FALSE', 'They did not double.');
  const editor = await person(browser, server, 'editor@sahel-desk.example');
  await editor.page.goto(claim.url);
  const card = (page) => page.locator('.verdict', { hasText: 'They did not double.' });
  await card(editor.page).getByRole('button', { name: 'Comment on this verdict' }).click();
  await card(editor.page).getByLabel('Your comment on this verdict').fill('Which page of the report?');
  await card(editor.page).getByRole('button', { name: 'Add the comment' }).click();
  await card(editor.page).getByRole('list', { name: 'On this verdict' }).getByText('Which page of the report?').waitFor();
  assert.equal(await talk(editor.page).getByText('Which page of the report?').count(), 0);
  const judge = await person(browser, server, 'reviewer@sahel-desk.example');
  await judge.page.goto(claim.url);
  await card(judge.page).getByText('Which page of the report?').waitFor();
  assert.equal(await judge.page.getByRole('button', { name: 'Resolve' }).count(), 0);
  await editor.context.close();
  await judge.context.close();
});

test('a comment survives a crash, a server that is down and an answer that is lost, and is added once', async () => {
  const claim = await newClaim(server, ask);
  await addComment(ask, { claim: claim.id, text: 'A question.' });
  const { page, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await talk(page).getByRole('button', { name: 'Reply' }).click();
  await talk(page).getByLabel('Your reply').fill('Half an ans');
  await page.close();
  const again = await context.newPage();
  await again.goto(claim.url);
  assert.equal(await talk(again).getByLabel('Your reply').inputValue(), 'Half an ans');
  await talk(again).getByLabel('Your reply').fill('A whole answer.');
  const keys = [];
  await again.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('mutation AddComment')) return route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length === 1) return route.abort();
    if (keys.length > 2) return route.continue();
    // The server carries it out, and nobody hears of it.
    await route.fetch();
    return route.abort();
  });
  for (const tries of [1, 2]) {
    await talk(again).getByRole('button', { name: 'Reply' }).click();
    await talk(again).getByText('Your comment is kept here. Send it again later.').waitFor();
    assert.equal(keys.length, tries);
  }
  await talk(again).getByRole('button', { name: 'Reply' }).click();
  await talk(again).getByLabel('Your reply').waitFor({ state: 'detached' });
  assert.equal(new Set(keys).size, 1);
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { comments { nodes { replies { nodes { text } } } } } } }', { id: claim.id });
  assert.deepEqual(node.comments.nodes[0].replies.nodes, [{ text: 'A whole answer.' }]);
  await context.close();
});

test('signing out says that a comment is not sent, and leaves nothing of it', async () => {
  const claim = await newClaim(server, ask);
  const { page, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await box(page).fill('Not sent.');
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign out' });
  await dialog.getByText('One comment that you typed is not sent.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await box(page).inputValue(), 'Not sent.');
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await dialog.getByRole('button', { name: 'Sign out all the same' }).click();
  await page.getByLabel('E-mail').waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => /draft|outbox/.test(key))), []);
  await context.close();
});

test('what somebody writes in a comment is text and never code', async () => {
  const claim = await newClaim(server, ask);
  const evil = '<img src=x onerror="window.hit=1"> javascript:window.hit=2 https://x.example/"onmouseover="window.hit=3 $& (.*';
  await addComment(ask, { claim: claim.id, text: evil });
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  assert.equal(await talk(page).locator('.said .prose').textContent(), evil);
  assert.deepEqual(await talk(page).locator('.said a').evaluateAll((all) => all.map((link) => [link.href, link.rel])), [['https://x.example/', 'noopener noreferrer nofollow']]);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in a discussion on a phone, in ${colorScheme}, and nothing runs off the side`, async () => {
    const claim = await newClaim(server, ask);
    await addComment(ask, { claim: claim.id, text: `A question about https://ferry.example.org/${'long'.repeat(60)}` });
    await addComment(ask, { claim: claim.id, text: 'سؤال عن الجدول الزمني' });
    const { page, context } = await person(browser, server, 'editor@sahel-desk.example', { colorScheme, viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await page.goto(claim.url);
    await talk(page).getByRole('button', { name: 'Reply' }).first().click();
    await talk(page).getByLabel('Your reply').fill('@');
    await talk(page).getByRole('listbox', { name: 'People' }).waitFor();
    await shoot(page, `talk-phone-${colorScheme}`);
    assert.deepEqual(await axeFindings(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await context.close();
  });
}

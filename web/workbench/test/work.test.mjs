// Home: what waits for a reviewer and for an editor, with counts, and what became of verdicts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, shoot, startServer, submitVerdict } from './server.mjs';

let server;
let browser;
let ask;
let reviewer;
let second;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  [ask, reviewer, second] = ['editor', 'reviewer', 'second'].map((name) => api(server, `${name}@sahel-desk.example`));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const part = (page, name) => page.getByRole('region', { name });

test('a reviewer finds what is overdue, due soon, asked, changed and drafted, and what became of their verdicts', async () => {
  const [late, soon, plain, drafted, agreed, dissented] = await Promise.all(Array.from({ length: 6 }, () => undefined)).then(async (all) => {
    const claims = [];
    for (const _ of all) claims.push(await newClaim(server, ask));
    return claims;
  });
  const { viewer } = await reviewer('{ viewer { id } }');
  const assign = (claim, dueAt) => ask('mutation($input: AssignClaimInput!) { assignClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, reviewers: [viewer.id], dueAt } });
  await assign(late, new Date(Date.now() + 1500).toISOString());
  await assign(soon, new Date(Date.now() + 86_400_000).toISOString());
  await assign(plain, null);
  await reviewer('mutation($input: SaveVerdictDraftInput!) { saveVerdictDraft(input: $input) { verdict { id } } }', { input: { claim: drafted.id, rationale: 'So far.', expectedDraftVersion: 0 } });
  for (const [claim, rating] of [[agreed, 'FALSE'], [dissented, 'TRUE']]) {
    await submitVerdict(reviewer, claim.id, rating, 'Mine.');
    await submitVerdict(second, claim.id, 'FALSE', 'Theirs.');
    await ask('mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id } } }', { input: { claim: claim.id, rating: 'FALSE', summary: 'It did not.' } });
  }
  // The first one is overdue a moment after it was assigned.
  for (let overdue = 0; overdue === 0; ) ({ overdue: { totalCount: overdue } } = (await reviewer('{ viewer { work { overdue { totalCount } } } }')).viewer.work);

  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await part(page, /^Overdue/).getByRole('link', { name: late.statement }).waitFor();
  await part(page, /^Due within three days/).getByRole('link', { name: soon.statement }).waitFor();
  await part(page, /^I am asked to judge/).getByRole('link', { name: plain.statement }).waitFor();
  await part(page, /^I am asked to judge/).getByText('2 of them are overdue or due soon, and are listed above.').waitFor();
  assert.equal(await part(page, /^I am asked to judge/).getByRole('link', { name: late.statement }).count(), 0);
  await part(page, /^My drafts/).getByRole('link', { name: drafted.statement }).waitFor();
  const counts = page.getByRole('navigation', { name: 'What waits for me' });
  await counts.getByRole('link', { name: '1 overdue' }).waitFor();
  await counts.getByRole('link', { name: '1 draft' }).click();
  await page.waitForFunction(() => location.hash === '#work-drafts');
  const became = page.getByRole('region', { name: 'What became of my verdicts' });
  await became.locator('li', { hasText: agreed.statement }).getByText('You agreed:').waitFor();
  await became.locator('li', { hasText: dissented.statement }).getByText('You dissented:').waitFor();
  await page.goto(server.origin);
  await part(page, /^Overdue/).waitFor();
  await shoot(page, 'work-reviewer');
  // The list grows shorter without a reload.
  await submitVerdict(reviewer, late.id, 'FALSE', 'At last.');
  await part(page, /^Overdue/).waitFor({ state: 'detached' });
  await became.locator('li', { hasText: late.statement }).getByText('No ruling yet. You said:').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('an editor finds what is ready and what is disputed', async () => {
  const claim = await newClaim(server, ask);
  await submitVerdict(reviewer, claim.id, 'TRUE', 'It did.');
  await submitVerdict(second, claim.id, 'FALSE', 'It did not.');
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await part(page, /^Reviewers differ/).getByRole('link', { name: claim.statement }).waitFor();
  const counts = page.getByRole('navigation', { name: 'What waits for me' });
  await counts.getByRole('link', { name: /ready for a ruling/ }).waitFor();
  await counts.getByRole('link', { name: /disputed/ }).waitFor();
  await page.getByRole('link', { name: 'All: Reviewers differ' }).click();
  await page.getByRole('heading', { name: 'Claims', level: 1 }).waitFor();
  await page.getByRole('link', { name: claim.statement }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing on Home on a phone, in ${colorScheme}`, async () => {
    const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example', { colorScheme, viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await part(page, /^Due within three days/).waitFor();
    await part(page, 'What became of my verdicts').waitFor();
    await shoot(page, `work-phone-${colorScheme}`);
    assert.deepEqual(await axeFindings(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await context.close();
  });
}

// What an editor is told before something cannot be taken back: what their own verdict costs, what a ruling still needs, and whom it contradicts.
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

const panel = (page) => page.locator('.reading-panel');

/** A claim that both reviewers rated as FALSE. */
async function readyClaim(rating = 'FALSE') {
  const claim = await newClaim(server, ask);
  await submitVerdict(reviewer, claim.id, 'FALSE', 'It did not.');
  await submitVerdict(second, claim.id, rating, 'Nor does the tariff say so.');
  return claim;
}

const publish = (claim) => ask('mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id } } }', { input: { claim, rating: 'FALSE', summary: 'It did not.' } });

/** Stores the article with other words under the claim. */
async function revise(claim) {
  const { article } = await ask('query($id: ID!) { article(id: $id) { title revision { text } } }', { id: claim.article });
  const body = article.revision.text.slice(article.title.length).trim().replace('fares doubled', 'fares more than doubled');
  await ask('mutation($input: ReviseArticleInput!) { reviseArticle(input: $input) { article { id } } }', { input: { article: claim.article, title: article.title, body } });
}

test('an editor reads what their own verdict costs before they judge; then one thing is said, with what to do next', async () => {
  const claim = await readyClaim();
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  const cost = panel(page).getByText('If you judge this claim, you cannot publish its ruling: another editor must, even if you withdraw your verdict later.');
  await cost.waitFor();
  assert.equal(await panel(page).getByRole('button', { name: 'Judge it too' }).getAttribute('aria-describedby'), 'cost-of-judging');
  await panel(page).getByRole('button', { name: 'Go to the ruling' }).waitFor();
  await panel(page).getByRole('button', { name: 'Judge it too' }).click();
  await panel(page).getByRole('group', { name: 'Rating' }).waitFor();
  await cost.waitFor();
  await shoot(page, 'cost-of-judging');
  // A reviewer publishes nothing, so that it costs them nothing.
  const other = await person(browser, server, 'reviewer@sahel-desk.example');
  await other.page.goto((await newClaim(server, ask)).url);
  await panel(other.page).getByRole('group', { name: 'Rating' }).waitFor();
  assert.equal(await panel(other.page).getByText('you cannot publish its ruling').count(), 0);
  await other.context.close();

  await submitVerdict(ask, claim.id, 'FALSE', 'My own.');
  await panel(page).getByRole('heading', { name: 'Not ready for a ruling' }).waitFor();
  await panel(page).getByText('You judged this claim, so another editor must publish its ruling.').waitFor();
  await panel(page).getByText('Other editors find it on their Home page under “Ready for a ruling”.').waitFor();
  assert.equal(await panel(page).getByRole('button', { name: 'Go to the ruling' }).count(), 0);
  assert.equal(await panel(page).getByRole('heading', { name: 'Publish a ruling' }).count(), 0);
  assert.equal(await panel(page).getByText('An editor can publish a ruling').count(), 0);
  assert.deepEqual(await axeFindings(page), []);
  await shoot(page, 'second-reader');
  // Another editor can.
  const admin = await person(browser, server, 'admin@sahel-desk.example');
  await admin.page.goto(claim.url);
  await panel(admin.page).getByRole('heading', { name: 'Publish a ruling' }).waitFor();
  assert.deepEqual([...problems, ...admin.problems], []);
  await admin.context.close();
  await context.close();
});

test('with too few verdicts there is no form for a ruling, and a button to ask for more', async () => {
  const claim = await newClaim(server, ask);
  await submitVerdict(reviewer, claim.id, 'FALSE', 'It did not.');
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  const part = panel(page).locator('#publish');
  await part.getByText('The claim needs one more verdict.').waitFor();
  assert.equal(await part.getByRole('combobox').count(), 0);
  await part.getByRole('button', { name: 'Ask reviewers to judge it' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask reviewers to judge it' });
  await dialog.getByLabel('Tomás Ferreira').check();
  // A day that is past is refused at its field, in the page's own words.
  await dialog.getByLabel('By when').fill('2020-01-01');
  await dialog.getByRole('button', { name: 'Ask them' }).click();
  await dialog.locator('.field.wrong', { hasText: 'This day is past. Choose today or a later day.' }).waitFor();
  assert.equal(await dialog.getByText('dueAt').count(), 0);
  await dialog.getByLabel('By when').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  await dialog.getByRole('button', { name: 'Ask them' }).click();
  await panel(page).getByText('Asked: Tomás Ferreira').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a published ruling whose words changed: one sentence says what happened, and its reviewers are asked to read the new words', async () => {
  const claim = await readyClaim();
  await publish(claim.id);
  await revise(claim);
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  const card = panel(page).locator('.note.warn', { hasText: 'A revision changed the words of this claim.' });
  await card.getByText('The reviewers who judged the earlier words must read the new ones.').waitFor();
  await card.locator('ins', { hasText: 'more than' }).waitFor();
  assert.equal(await card.getByText('The sentence around these words changed.').count(), 0);
  await panel(page).getByText('The words changed after this ruling. Check whether it still holds. If not, correct or retract it.').waitFor();
  await shoot(page, 'words-changed-published');
  await card.getByRole('button', { name: 'Ask the reviewers to read it again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask the reviewers to read it again' });
  await dialog.getByRole('checkbox').nth(1).waitFor();
  assert.equal(await dialog.getByRole('checkbox').count(), 2);
  assert.equal(await dialog.getByRole('checkbox', { checked: true }).count(), 2);
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Ask them' }).click();
  await dialog.waitFor({ state: 'detached' });
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { assignments { note reviewer { displayName } } } } }', { id: claim.id });
  assert.equal(node.assignments.length, 2);
  assert.match(node.assignments[0].note, /^The words changed\./);
  // Both stand by their verdicts: what changed stays to be seen, and nobody has to do anything.
  for (const who of [reviewer, second]) {
    const { node: now } = await who('query($id: ID!) { viewer { id } node(id: $id) { ... on Claim { wordingVersion verdicts { id reviewer { id } } } } }', { id: claim.id });
    const { viewer } = await who('{ viewer { id } }');
    await who('mutation($input: ReaffirmVerdictInput!) { reaffirmVerdict(input: $input) { claim { id } } }', { input: { verdict: now.verdicts.find((one) => one.reviewer.id === viewer.id).id, expectedWordingVersion: now.wordingVersion } });
  }
  await panel(page).getByText('Every verdict is about the new words.').waitFor();
  assert.equal(await panel(page).getByRole('button', { name: 'Ask the reviewers to read it again' }).count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a ruling that no reviewer agrees with is published only after one was asked', async () => {
  const claim = await readyClaim();
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByLabel('Rating').selectOption({ label: 'True' });
  await panel(page).getByLabel('What was found').fill('It did, after all.');
  await panel(page).getByText('No reviewer gave this rating.').waitFor();
  await panel(page).getByRole('button', { name: 'Publish the ruling' }).click();
  const dialog = page.getByRole('dialog', { name: 'No reviewer gave this rating' });
  await dialog.getByText('Every verdict will be recorded with the ruling as dissenting. Readers see that.').waitFor();
  await shoot(page, 'ask-once');
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await dialog.waitFor({ state: 'detached' });
  const state = async () => (await ask('query($id: ID!) { node(id: $id) { ... on Claim { state } } }', { id: claim.id })).node.state;
  assert.equal(await state(), 'READY');
  await panel(page).getByRole('button', { name: 'Publish the ruling' }).click();
  await dialog.getByRole('button', { name: 'Publish it all the same' }).click();
  await panel(page).getByRole('heading', { name: 'Ruling', exact: true }).waitFor();
  assert.equal(await state(), 'PUBLISHED');
  assert.deepEqual(problems, []);
  await context.close();
});

test('a ruling that a reviewer agrees with is published without a question, and stays in sight while the page reads it again', async () => {
  const claim = await readyClaim('TRUE');
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByLabel('Rating').selectOption({ label: 'False' });
  await panel(page).getByLabel('What was found').fill('It did not.');
  let isPublished = false;
  let refused = 0;
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData() ?? '';
    if (body.includes('mutation PublishRuling')) {
      const response = await route.fetch();
      isPublished = true;
      return route.fulfill({ response });
    }
    // What the page reads afterwards arrives too slowly, twice.
    if (isPublished && /query (ClaimPanel|Viewer)/.test(body) && refused < 4) {
      refused += 1;
      return route.fulfill({ status: 408, body: '' });
    }
    return route.continue();
  });
  await panel(page).getByRole('button', { name: 'Publish the ruling' }).click();
  await panel(page).getByRole('heading', { name: 'Ruling', exact: true }).waitFor();
  const gaps = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const missing = [];
        const look = () => {
          if (!document.querySelector('.reading-panel .ruling .verdict')) missing.push(document.body.textContent.slice(0, 200));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true });
        setTimeout(() => {
          observer.disconnect();
          resolve(missing);
        }, 3000);
      }),
  );
  assert.ok(refused > 0);
  assert.deepEqual(gaps, []);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a correction shows the rating before and after; the effect of a text names the published rulings', async () => {
  const claim = await readyClaim();
  await publish(claim.id);
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByRole('button', { name: 'Correct or retract it' }).click();
  const dialog = page.getByRole('dialog', { name: 'Correct or retract the ruling' });
  assert.equal(await dialog.getByText('The public rating changes:').count(), 0);
  await dialog.getByLabel('Rating', { exact: true }).selectOption({ label: 'True' });
  const change = dialog.getByRole('status').filter({ hasText: 'The public rating changes:' });
  assert.deepEqual(await change.locator('.rating').allTextContents(), ['False', 'True']);
  await shoot(page, 'correct-rating');
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByText('Clarification', { exact: true }).click();
  await change.waitFor({ state: 'detached' });
  await page.goto(`${claim.articleUrl}/revisions?revise=true`);
  const text = page.locator('textarea.body');
  await text.fill((await text.inputValue()).replace('fares doubled', 'fares more than doubled'));
  await page.getByRole('button', { name: 'See the effect on claims' }).click();
  const effect = page.getByRole('status', { name: 'Effect on claims' });
  await effect.getByText('One has a published ruling. Its public page will say that the words changed:').waitFor();
  await effect.locator('li', { hasText: claim.statement }).getByText('Published ruling').waitFor();
  await shoot(page, 'effect-published');
  assert.deepEqual(problems, []);
  await context.close();
});

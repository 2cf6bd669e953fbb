// What the lists and the legend say: sources and their merges, what is due, the meaning of marks, and an earlier text that comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, settled, shoot, startServer } from './server.mjs';

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

const judge = (claim, url, title) =>
  reviewer('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } } }', {
    input: { claim, rating: 'FALSE', rationale: 'It says otherwise.', citations: [{ url, title, stance: 'REFUTES' }] },
  });

test('an editor merges two sources that are one page, sees what cites them, and takes them apart', async () => {
  const [first, second] = [await newClaim(server, ask), await newClaim(server, ask)];
  await judge(first.id, 'https://tariff.example.org/2024', 'Tariff 2024');
  await judge(second.id, 'https://tariff.example.org/2024/print-view', 'Tariff 2024, to print');
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
  const row = (name) => page.locator('.source-row').filter({ has: page.getByRole('link', { name, exact: true }) });
  await page.getByRole('checkbox', { name: 'Tick Tariff 2024', exact: true }).check();
  assert.equal(await page.getByRole('button', { name: 'Merge them' }).isDisabled(), true);
  await page.getByRole('checkbox', { name: 'Tick Tariff 2024, to print' }).check();
  await page.getByRole('button', { name: 'Merge them' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge sources' });
  await dialog.getByRole('radio', { name: /^Tariff 2024 Cited once/ }).check();
  await dialog.getByLabel('Why').fill('The same page.');
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Merge them' }).click();
  await row('Tariff 2024, to print').waitFor({ state: 'detached' });
  await row('Tariff 2024').getByText('Cited 2 times').click();
  await row('Tariff 2024').getByRole('link', { name: first.statement }).waitFor();
  await row('Tariff 2024').getByRole('link', { name: second.statement }).waitFor();
  await shoot(page, 'sources-merged');
  assert.deepEqual(await axeFindings(page), []);
  await row('Tariff 2024').getByRole('button', { name: 'Take apart' }).click();
  await row('Tariff 2024, to print').waitFor();
  // A merge is undone at once from the message about it.
  await page.getByRole('checkbox', { name: 'Tick Tariff 2024', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Tick Tariff 2024, to print' }).check();
  await page.getByRole('button', { name: 'Merge them' }).click();
  await dialog.getByRole('button', { name: 'Merge them' }).click();
  await row('Tariff 2024, to print').or(row('Tariff 2024')).nth(1).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await row('Tariff 2024, to print').waitFor();
  await row('Tariff 2024').waitFor();
  // Another address of the page finds it.
  await page.getByLabel('Address of a page').fill('https://tariff.example.org/2024?utm_source=letter');
  await page.getByLabel('Address of a page').press('Enter');
  await page.getByText('One source', { exact: true }).waitFor();
  await row('Tariff 2024').waitFor();
  // A reader sees the sources that they may see, and merges nothing.
  const reader = await person(browser, server, 'reader@sahel-desk.example');
  await reader.page.goto(`${server.origin}/n/sahel-desk/sources`);
  await settled(reader.page);
  assert.equal(await reader.page.getByRole('checkbox').count(), 0);
  assert.equal(await reader.page.getByText('Tariff 2024').count(), 0);
  assert.deepEqual([...problems, ...reader.problems], []);
  await reader.context.close();
  await context.close();
});

test('an editor merges two names of one claimant, whose claims then count together', async () => {
  for (const claimant of ['Ferry Company', 'The Ferry Co.']) {
    const claim = await newClaim(server, ask);
    await ask('mutation($input: EditClaimInput!) { editClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, claimant } });
  }
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Claims' }).click();
  await page.getByRole('link', { name: 'Claimants' }).click();
  const row = (name) => page.locator('.source-row').filter({ hasText: name });
  await page.getByRole('checkbox', { name: 'Tick Ferry Company' }).check();
  await page.getByRole('checkbox', { name: 'Tick The Ferry Co.' }).check();
  await page.getByRole('button', { name: 'Merge them' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge claimants' });
  await dialog.getByRole('radio', { name: /^Ferry Company/ }).check();
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Merge them' }).click();
  await row('Ferry Company').getByRole('button', { name: 'Take apart' }).waitFor();
  await shoot(page, 'claimants-merged');
  await row('Ferry Company').getByRole('link', { name: '2 claims' }).click();
  await page.getByText('2 claims', { exact: true }).waitFor();
  await page.goBack();
  await row('Ferry Company').getByRole('button', { name: 'Take apart' }).click();
  await page.getByRole('checkbox', { name: 'Tick The Ferry Co.' }).waitFor();
  // A reader sees the claimants, and merges none.
  const reader = await person(browser, server, 'reader@sahel-desk.example');
  await reader.page.goto(`${server.origin}/n/sahel-desk/claimants`);
  await reader.page.getByText('Ferry Company').waitFor();
  assert.equal(await reader.page.getByRole('checkbox').count(), 0);
  assert.deepEqual([...problems, ...reader.problems], []);
  await reader.context.close();
  await context.close();
});

test('a search finds an article before the page has read any claim', async () => {
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  const title = 'Timetable of the quay';
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', { input: { newsroom: newsroom.id, title, body: 'Boats leave at noon.', language: 'en' } });
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  // The cache knows no claim here, so it cannot tell by experience that an article is none.
  await page.goto(`${server.origin}/n/sahel-desk/articles/${importArticle.article.id}`);
  await page.locator('.paper h1').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('timetable quay');
  await page.locator('.search-box li', { hasText: title }).or(page.getByRole('alert')).first().waitFor();
  assert.equal(await page.locator('.search-box li', { hasText: title }).count(), 1);
  assert.deepEqual(problems, []);
  await context.close();
});

test('what is due soon is a list of its own', async () => {
  const claim = await newClaim(server, ask);
  const { viewer } = await reviewer('{ viewer { id } }');
  await ask('mutation($input: AssignClaimInput!) { assignClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, reviewers: [viewer.id], dueAt: new Date(Date.now() + 86_400_000).toISOString() } });
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.getByRole('link', { name: 'All: Due within three days' }).click();
  await page.getByRole('heading', { name: 'Claims', level: 1 }).waitFor();
  await page.getByText('One claim', { exact: true }).waitFor();
  await page.getByRole('link', { name: claim.statement }).waitFor();
  await page.getByLabel('Mine').selectOption('overdue');
  await page.getByText('Nothing of yours is overdue.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('Words', { exact: true }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('the legend says what marks mean, and a hint says that words can be selected until it is closed', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.articleUrl);
  await page.getByText('Select words to mark a claim.').waitFor();
  await page.getByText('Legend', { exact: true }).click();
  for (const text of ['Dashed: reviewers differ.', 'It has enough verdicts: an editor can rule on it.', 'The source says that the claim is not true.', 'The evidence contradicts the claim.']) await page.getByText(text).waitFor();
  await shoot(page, 'legend');
  assert.deepEqual(await axeFindings(page), []);
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.reload();
  await page.locator('.paper h1').waitFor();
  assert.equal(await page.getByText('Select words to mark a claim.').count(), 0);
  // A reader marks nothing, so nothing is said of it.
  const reader = await person(browser, server, 'reader@sahel-desk.example');
  await reader.page.goto(claim.articleUrl);
  await settled(reader.page);
  assert.equal(await reader.page.getByText('Select words to mark a claim.').count(), 0);
  assert.deepEqual([...problems, ...reader.problems], []);
  await reader.context.close();
  await context.close();
});

test('an earlier text comes back as a new revision; verdicts under which only typography changed are reaffirmed together', async () => {
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  const body = 'The operator said "fares doubled" in May.\nThe operator said "nobody was told" in June.';
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', { input: { newsroom: newsroom.id, title: 'Typography', body, language: 'en' } });
  const article = importArticle.article.id;
  for (const exact of ['fares doubled', 'nobody was told']) {
    const { markClaim } = await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', { input: { article, statement: `The operator ${exact}.`, ranges: [{ exact }] } });
    await judge(markClaim.claim.id, 'https://tariff.example.org/2024', 'Tariff 2024');
  }
  await ask('mutation($input: ReviseArticleInput!) { reviseArticle(input: $input) { article { id } } }', { input: { article, title: 'Typography', body: body.replaceAll(/"([^"]+)"/g, '“$1”'), note: 'Curly quotation marks.' } });
  const judgeView = await person(browser, server, 'reviewer@sahel-desk.example');
  await judgeView.page.goto(`${server.origin}/n/sahel-desk/articles/${article}/revisions`);
  await judgeView.page.getByRole('button', { name: 'Reaffirm those of mine where only typography changed' }).click();
  await judgeView.page.getByText('You stand by 2 verdicts.').waitFor();
  await judgeView.page.getByRole('heading', { name: /Claims whose words changed/ }).waitFor({ state: 'detached' });
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/articles/${article}/revisions`);
  await page.getByRole('button', { name: 'Put the text of revision 1 back' }).click();
  const dialog = page.getByRole('dialog', { name: 'Put the text of revision 1 back' });
  await dialog.getByLabel('Why').fill('The publisher took it back.');
  await dialog.getByRole('button', { name: 'Put it back' }).click();
  await page.getByRole('listitem').filter({ hasText: 'The publisher took it back.' }).getByText('Revision 3').waitFor();
  const { article: now } = await ask('query($id: ID!) { article(id: $id) { revision { number text } } }', { id: article });
  assert.equal(now.revision.number, 3);
  assert.ok(now.revision.text.endsWith(body));
  assert.deepEqual([...problems, ...judgeView.problems], []);
  await judgeView.context.close();
  await context.close();
});

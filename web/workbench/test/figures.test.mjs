// Figures lead to what they count: the claims, rulings and reviewers behind them; and what a revision would do is seen before it is stored.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, settled, shoot, startServer } from './server.mjs';

let server;
let browser;
let ask;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ask = api(server, 'editor@sahel-desk.example');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const figure = async (card) => Number((await card.locator('b').textContent()).replace(/\D/g, ''));

test('each card of the figures leads to as many claims as it counts', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  for (const name of [/^claims?$/, /^claims? judged$/, /reviewers differ$/, /words changed$/, /after reading others$/]) {
    await page.goto(`${server.origin}/n/sahel-desk/desk?since=2020-01-01`);
    const card = page.locator('.figure-card', { has: page.getByText(name) });
    const counted = await figure(card);
    await card.click();
    const shown = page.getByText(/^(One claim|\d+ claims)$/).or(page.getByText('No claim fits.'));
    await shown.first().waitFor();
    const text = await shown.first().textContent();
    const found = text === 'No claim fits.' ? 0 : text === 'One claim' ? 1 : Number.parseInt(text, 10);
    assert.equal(found, counted, String(name));
    await page.getByText('Only claims marked since 1 Jan 2020.').waitFor();
  }
  // What the link asked for can be left out again.
  await page.getByRole('button', { name: 'Leave out: Only claims marked since 1 Jan 2020.' }).click();
  await page.getByText('Only claims marked since 1 Jan 2020.').waitFor({ state: 'detached' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('columns, agreement and the time to a ruling lead to what is behind them', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  const follow = async (link, note) => {
    await page.goto(`${server.origin}/n/sahel-desk/desk`);
    await link().click();
    await page.getByText(note).waitFor();
    await page.getByText(/^(One (claim|ruling)|\d+ (claims|rulings))$/).waitFor();
  };
  const chart = (name) => page.getByRole('region', { name });
  await follow(() => chart('Verdicts by rating').getByRole('link', { name: 'True' }), 'Only claims that were rated: True.');
  await follow(() => chart('Ratings over time').getByRole('link', { name: /verdicts$/ }).last(), 'Only claims that somebody has judged.');
  await follow(() => chart('Agreement among reviewers').locator('dd a').last(), 'Only claims that two reviewers judged under the same scale.');
  await follow(() => chart('From mark to ruling').getByRole('link', { name: 'within a day' }), 'From mark to ruling: less than one day.');
  await follow(() => chart('Coverage of the newest articles').getByRole('link', { name: /judged$/ }), 'Only claims of one article.');
  assert.deepEqual(problems, []);
  await context.close();
});

test('an editor sees who owes which verdict, until it is given', async () => {
  const claim = await newClaim(server, ask);
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { reviewers { id displayName } } }');
  const reviewer = newsroom.reviewers.find((one) => one.displayName === 'Mariam Keïta');
  const dueAt = new Date(Date.now() + 1500).toISOString();
  await ask('mutation($input: AssignClaimInput!) { assignClaim(input: $input) { claim { id } } }', { input: { claim: claim.id, reviewers: [reviewer.id], dueAt } });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk`);
  await page.getByRole('heading', { name: /^Overdue with reviewers/ }).waitFor();
  await shoot(page, 'overdue-home');
  await page.goto(`${server.origin}/n/sahel-desk/desk`);
  const overdue = page.getByRole('region', { name: 'Overdue verdicts' });
  await overdue.getByRole('link', { name: 'What Mariam Keïta owes' }).waitFor();
  await shoot(page, 'overdue-desk');
  assert.deepEqual(await axeFindings(page), []);
  await overdue.getByRole('link', { name: 'What Mariam Keïta owes' }).click();
  await page.getByText('Only claims that Mariam Keïta is asked to judge, and has not judged yet.').waitFor();
  await page.getByText('One claim', { exact: true }).waitFor();

  const as = api(server, 'reviewer@sahel-desk.example');
  await as('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { claim { id } } }', { input: { claim: claim.id, rating: 'UNVERIFIABLE', rationale: 'Nobody knows.' } });
  await page.goto(`${server.origin}/n/sahel-desk/desk`);
  await page.getByRole('region', { name: 'Workload by reviewer' }).waitFor();
  assert.equal(await overdue.count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an editor sees what a text would do to the claims before it is stored', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  const article = new URL(claim.url).pathname;
  await page.goto(`${server.origin}${article}/revisions?revise=true`);
  const text = page.locator('textarea.body');
  const whole = await text.inputValue();
  await page.getByRole('button', { name: 'See the effect on claims' }).click();
  await page.getByText('The words of the claim stay as they are.').waitFor();
  await text.fill('Nothing is left of it.');
  assert.equal(await page.getByRole('status', { name: 'Effect on claims' }).count(), 0);
  await page.getByRole('button', { name: 'See the effect on claims' }).click();
  await page.getByText('The words of one claim would change. Its reviewers must read them again.').waitFor();
  await page.getByText('One of them would lose its words.').waitFor();
  await shoot(page, 'revision-effect');
  assert.deepEqual(await axeFindings(page), []);
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { stale article { revision { text } } } } }', { id: claim.id });
  assert.equal(node.stale, false);
  assert.ok(node.article.revision.text.endsWith(whole));
  assert.deepEqual(problems, []);
  await context.close();
});

test('the figures over time are one request, also of one tag, and so is what each reviewer has judged', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  const sent = [];
  page.on('request', (one) => sent.push(/query (Desk\w+)/.exec(one.postData() ?? '')?.[1]));
  const times = (name) => sent.filter((one) => one === name).length;
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { summaries(groupBy: REVIEWER, first: 100) { nodes { reviewer { displayName } summary { judgedClaimCount } } } } }');
  for (const [search, name] of [['', 'DeskPeriods'], ['?tag=ukraine', 'DeskStretches'], ['?since=2026-01-01', 'DeskPeriods']]) {
    sent.length = 0;
    await page.goto(`${server.origin}/n/sahel-desk/desk${search}`);
    const workload = page.getByRole('region', { name: 'Workload by reviewer' });
    await workload.waitFor();
    await page.getByRole('region', { name: 'Ratings over time' }).waitFor();
    await settled(page);
    assert.deepEqual([times(name), times('DeskReviewers'), times('DeskWaiting')], [1, 1, 1], search);
    await workload.getByRole('button', { name: 'Table' }).click();
    for (const { reviewer, summary } of newsroom.summaries.nodes) {
      const row = workload.getByRole('row', { name: new RegExp(`^${reviewer.displayName}`) });
      if ((await row.count()) === 1) assert.equal(await row.locator('td').last().textContent(), String(summary.judgedClaimCount));
    }
  }
  await page.getByRole('region', { name: 'Ratings over time' }).getByText('Weeks begin on Monday, and days at midnight UTC.').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('verdicts are counted with their claims; with few of them, agreement has no needle, and says why', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/desk`);
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { summary { verdictCount judgedClaimCount agreement { unitCount } } } }');
  const { verdictCount, judgedClaimCount, agreement } = newsroom.summary;
  assert.ok(agreement.unitCount < 10);
  const card = page.locator('.figure-card', { hasText: `verdicts on ${judgedClaimCount} claims` });
  assert.equal(await figure(card), verdictCount);
  await card.click();
  await page.getByText(`${judgedClaimCount} claims`, { exact: true }).waitFor();
  await page.goBack();
  const chart = page.getByRole('region', { name: 'Agreement among reviewers' });
  await chart.getByText('That is too few to say how well reviewers agree. Alpha is shown from 10 claims on.').waitFor();
  assert.equal(await chart.locator('svg.picture').count(), 0);
  assert.equal(await chart.getByText(/^Alpha, /).count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`on a phone, in ${colorScheme}, the words of pictures are as large as they are meant, and the menu has the sources`, async () => {
    const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example', { colorScheme, viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await page.goto(`${server.origin}/n/sahel-desk/desk?since=2026-09-01`);
    const chart = page.getByRole('region', { name: 'Ratings over time' });
    await chart.locator('svg.picture').waitFor();
    await settled(page);
    const sizes = await chart.locator('svg text').evaluateAll((all) => all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a));
    assert.ok(sizes.length > 2);
    for (const size of sizes) assert.ok(size >= 11.5, `${size}`);
    const names = await chart.locator('svg a text').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right]));
    for (const [at, [left]] of names.entries()) if (at > 0) assert.ok(left > names[at - 1][1], 'names do not touch');
    await chart.scrollIntoViewIfNeeded();
    await shoot(page, `figures-phone-${colorScheme}`);
    assert.deepEqual(await axeFindings(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
    assert.deepEqual(problems, []);
    await context.close();
  });
}

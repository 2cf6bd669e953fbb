// Sources that are no web page: the form's fields fit their kind, errors stand at the field, and readers see what they need to find it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, shoot, startServer } from './server.mjs';

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

const panel = (page) => page.locator('.reading-panel');
const source = (page, n) => panel(page).getByRole('group', { name: `Source ${n}` });

test('the cursor goes to what is missing, and an address gets its beginning', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  const submit = panel(page).getByRole('button', { name: 'Submit the verdict' });
  const focused = (selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
  await submit.click();
  await panel(page).getByText('Choose a rating.').waitFor();
  await focused('.ratings input');
  await panel(page).getByRole('group', { name: 'Rating' }).getByText('False', { exact: true }).click();
  await panel(page).getByText('This rating needs a source.').waitFor();
  await submit.click();
  await focused('textarea');
  await page.keyboard.type('The timetable says otherwise.');
  await submit.click();
  await focused('.add-source');
  await page.keyboard.press('Enter');
  await focused('input[type=url]');
  await page.keyboard.type('ferry.example.org/fares?year=2024');
  await page.keyboard.press('Tab');
  assert.equal(await panel(page).getByLabel('Address').inputValue(), 'https://ferry.example.org/fares?year=2024');
  // No stance is chosen for the reviewer.
  await panel(page).getByText('Choose one. Until then, the saved draft leaves this source out.').waitFor();
  await submit.click();
  await panel(page).getByText('Choose what one source says about the claim.').waitFor();
  await focused('.stances input');
  await page.keyboard.press('Space');
  assert.ok(await panel(page).getByRole('radio', { name: 'Supports' }).isChecked());
  await submit.click();
  await panel(page).getByRole('heading', { name: 'Your verdict' }).and(page.locator(':focus')).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a book is cited by its place and number; a wrong number is said at its field', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByRole('group', { name: 'Rating' }).getByText('False', { exact: true }).click();
  await panel(page).getByLabel('Why', { exact: true }).fill('The printed timetable says otherwise.');
  await panel(page).getByRole('button', { name: 'Add a source' }).click();
  assert.equal(await source(page, 1).getByLabel('Where it is found').count(), 0);
  await source(page, 1).getByLabel('Kind of source').selectOption({ label: 'Book or paper in print' });
  assert.equal(await source(page, 1).getByLabel('Address').count(), 0);
  await source(page, 1).getByLabel('ISBN').fill('1');
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByText('One source does not say where it is found.').waitFor();
  await source(page, 1).getByLabel('Where it is found').fill('Timetable 2024, page 12');
  await source(page, 1).getByText('Refutes', { exact: true }).click();
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  // The server refuses the number, and the cursor is at it.
  await page.waitForFunction(() => document.activeElement?.id.startsWith('isbn-'));
  const described = await source(page, 1).getByLabel('ISBN').getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${described}"]`).textContent(), /ISBN/);
  await shoot(page, 'sources-form');
  assert.deepEqual(await axeFindings(page), []);
  await source(page, 1).getByLabel('ISBN').fill('0-306-40615-2');
  await source(page, 1).getByText('Title, publisher, archived copy').click();
  await source(page, 1).getByLabel('Title').fill('Ferry timetable');
  await panel(page).getByRole('button', { name: 'Add a source' }).click();
  await source(page, 2).getByLabel('Kind of source').selectOption({ label: 'Interview' });
  await source(page, 2).getByLabel('Where it is found').fill('The operator, by telephone, 3 August 2024');
  await source(page, 2).getByText('Context', { exact: true }).click();
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await page.reload();
  assert.equal(await source(page, 1).getByLabel('Where it is found').inputValue(), 'Timetable 2024, page 12');
  assert.equal(await source(page, 2).getByLabel('Kind of source').inputValue(), 'INTERVIEW');
  await panel(page).getByRole('button', { name: 'Submit the verdict' }).click();
  await panel(page).getByRole('button', { name: 'Change it' }).waitFor();
  const cited = panel(page).locator('.verdict .citations li');
  assert.match(await cited.nth(0).textContent(), /Refutes\s+Book or paper in print\s+Ferry timetable.*Timetable 2024, page 12.*ISBN 9780306406157/);
  assert.match(await cited.nth(1).textContent(), /Interview\s+The operator, by telephone, 3 August 2024/);
  assert.equal(await cited.getByRole('link').count(), 0);
  await shoot(page, 'sources-shown');
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { verdicts { citations { kind url description isbn } } } } }', { id: claim.id });
  assert.deepEqual(node.verdicts[0].citations, [
    { kind: 'PRINT', url: null, description: 'Timetable 2024, page 12', isbn: '9780306406157' },
    { kind: 'INTERVIEW', url: null, description: 'The operator, by telephone, 3 August 2024', isbn: null },
  ]);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a field that no longer fits the kind stays in sight while it is filled in', async () => {
  const claim = await newClaim(server, ask);
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.url);
  await panel(page).getByRole('button', { name: 'Add a source' }).click();
  await source(page, 1).getByLabel('Address').fill('https://ferry.example.org/data');
  await source(page, 1).getByLabel('Kind of source').selectOption({ label: 'Interview' });
  assert.equal(await source(page, 1).getByLabel('Address').inputValue(), 'https://ferry.example.org/data');
  await source(page, 1).getByLabel('Address').fill('');
  await source(page, 1).getByLabel('Address').waitFor({ state: 'detached' });
  await context.close();
});

test('what an older page kept in the browser is found again', async () => {
  const claim = await newClaim(server, ask);
  const { viewer } = await api(server, 'reviewer@sahel-desk.example')('{ viewer { id } }');
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  const plain = { quote: '', stance: 'REFUTES', title: '', publisher: '', archiveUrl: '', accessedAt: '' };
  const sources = [
    { ...plain, id: 'one', url: 'https://ferry.example.org/fares' },
    { ...plain, id: 'two', url: '', other: { kind: 'PRINT', description: 'Timetable 2024', doi: null, isbn: null, issn: null } },
  ];
  await page.evaluate(([key, kept]) => localStorage.setItem(key, JSON.stringify(kept)), [`claimspan.draft.${viewer.id}.${claim.id}`, { content: { rating: 'FALSE', rationale: 'Kept.', sources }, base: 0, saved: false }]);
  await page.goto(claim.url);
  assert.equal(await source(page, 1).getByLabel('Kind of source').inputValue(), 'WEB');
  assert.equal(await source(page, 1).getByLabel('Address').inputValue(), 'https://ferry.example.org/fares');
  assert.equal(await source(page, 2).getByLabel('Kind of source').inputValue(), 'PRINT');
  assert.equal(await source(page, 2).getByLabel('Where it is found').inputValue(), 'Timetable 2024');
  await panel(page).getByText('Draft saved. Nobody else can see it.').waitFor();
  await context.close();
});

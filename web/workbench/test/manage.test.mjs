// What is known of an article is edited, articles and claims are withdrawn and restored, duplicates are warned of, and accounts are looked after.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axeFindings, newClaim, openBrowser, person, selectWords, shoot, signIn, startServer } from './server.mjs';

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
const articleMenu = async (page, item) => {
  await page.getByRole('button', { name: 'More about the article' }).click();
  await page.getByRole('button', { name: item }).click();
};

test('an article is edited, withdrawn and restored', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  const reviewer = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(claim.articleUrl);
  await reviewer.page.goto(claim.url);
  await panel(reviewer.page).getByRole('group', { name: 'Rating' }).waitFor();
  await articleMenu(page, 'Edit publisher, author and date');
  const facts = page.getByRole('dialog', { name: 'Edit publisher, author and date' });
  await facts.getByLabel('Publisher').fill('Ferry News');
  await facts.getByLabel('Language').fill('no such language');
  await facts.getByRole('button', { name: 'Save' }).click();
  await facts.locator('.field.wrong', { hasText: 'Language' }).waitFor();
  await facts.getByLabel('Language').fill('fr-ML');
  await facts.getByRole('button', { name: 'Save' }).click();
  await facts.waitFor({ state: 'detached' });
  await page.locator('.article-tools', { hasText: 'Ferry News' }).waitFor();
  await page.locator('.paper[lang="fr-ML"]').waitFor();

  await articleMenu(page, 'Withdraw the article');
  const leave = page.getByRole('dialog', { name: 'Withdraw the article' });
  await leave.getByLabel('Why').fill('The publisher took it down.');
  await leave.getByRole('button', { name: 'Withdraw the article' }).click();
  await page.locator('.withdrawn-article', { hasText: 'The publisher took it down.' }).waitFor();
  await shoot(page, 'article-withdrawn');
  // The reviewer who reads it sees that it is over, without a reload.
  await panel(reviewer.page).getByText('The article is withdrawn, so nothing about this claim can change.').waitFor();
  await panel(reviewer.page).getByRole('group', { name: 'Rating' }).waitFor({ state: 'detached' });
  await page.goto(`${server.origin}/n/sahel-desk/articles`);
  await page.getByRole('checkbox', { name: 'Withdrawn' }).check();
  await page.locator('.article-row', { hasText: 'Withdrawn' }).getByRole('link').first().click();
  await articleMenu(page, 'Restore the article');
  const back = page.getByRole('dialog', { name: 'Restore the article' });
  await back.getByLabel('Why').fill('It is back.');
  await back.getByRole('button', { name: 'Restore the article' }).click();
  await page.locator('.withdrawn-article').waitFor({ state: 'detached' });
  await panel(reviewer.page).getByRole('group', { name: 'Rating' }).waitFor();
  assert.deepEqual([...problems, ...reviewer.problems], []);
  await context.close();
  await reviewer.context.close();
});

test('a claim is withdrawn and restored', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(claim.url);
  const choose = async (item) => {
    await panel(page).getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: item }).click();
    const dialog = page.getByRole('dialog', { name: item });
    await dialog.getByLabel('Why').fill('A reason.');
    await dialog.getByRole('button', { name: item }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await choose('Withdraw the claim');
  await panel(page).getByText('A reason.').waitFor();
  await choose('Restore the claim');
  await panel(page).getByText('A reason.').waitFor({ state: 'detached' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('a second copy of an article, and a second claim on the same words, are warned of', async () => {
  const claim = await newClaim(server, ask);
  const { article } = await ask('query($id: ID!) { article(id: $id) { title revision { text } } }', { id: claim.article });
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  const address = `https://news.example.org/${claim.article}`;
  await ask('mutation($input: EditArticleInput!) { editArticle(input: $input) { article { id } } }', { input: { article: claim.article, url: address } });
  await page.getByLabel('Address').fill(address);
  await page.getByText('The newsroom has an article with this address already:').waitFor();
  await page.getByLabel('Address').fill('');
  await page.getByLabel('Headline').fill(article.title);
  await page.getByLabel('Text', { exact: true }).fill(article.revision.text.slice(article.title.length).trim());
  await page.getByRole('button', { name: 'Import the article' }).click();
  const warning = page.getByRole('alert').filter({ hasText: 'The newsroom already had an article' });
  await warning.waitFor();
  await shoot(page, 'import-duplicate');
  assert.match(await warning.getByRole('link', { name: article.title, exact: true }).getAttribute('href'), new RegExp(claim.article));
  await warning.getByRole('link', { name: /Open the new one/ }).click();
  await page.locator('.paper h1').waitFor();

  await page.goto(claim.articleUrl);
  await page.locator('.paper mark').waitFor();
  await selectWords(page, claim.statement.toLowerCase().replace('.', ''));
  await page.getByRole('button', { name: 'Mark as a claim' }).click();
  // Said before it is marked, and once more after.
  await panel(page).getByText('A claim is already marked on these words:').waitFor();
  await panel(page).getByLabel('What is claimed').fill('The fares rose.');
  await panel(page).getByRole('button', { name: 'Mark the claim' }).click();
  await panel(page).getByRole('heading', { name: 'The fares rose.' }).waitFor();
  await panel(page).getByText('If both say the same, withdraw one of them').waitFor();
  await shoot(page, 'mark-duplicate');
  await panel(page).getByRole('link', { name: claim.statement }).click();
  await panel(page).getByRole('heading', { name: claim.statement }).waitFor();
  assert.equal(await panel(page).getByText('If both say the same, withdraw one of them').count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an admin edits the public profile; an address that is none is said at its field', async () => {
  const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/admin/policy`);
  const save = page.getByRole('button', { name: 'Save the profile' });
  assert.equal(await save.isDisabled(), true);
  await page.getByLabel('Site of the newsroom').fill('https://desk.example.org');
  await page.getByLabel('Licence of the rulings').fill('CC-BY-4.0');
  await save.click();
  await page.getByText('The public profile is changed.').waitFor();
  const read = () => ask('{ newsroom(slug: "sahel-desk") { profile { publicUrl licence contact } } }');
  assert.deepEqual((await read()).newsroom.profile, { publicUrl: 'https://desk.example.org/', licence: 'CC-BY-4.0', contact: null });
  // What a browser takes for an address, and the server does not.
  await page.getByLabel('Site of the newsroom').fill('ftp://desk.example.org');
  await save.click();
  const field = page.getByLabel('Site of the newsroom');
  await page.waitForFunction(() => document.querySelector('.field.wrong'));
  const described = await field.getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${described}"]`).textContent(), /http/);
  await field.fill('');
  await save.click();
  await page.waitForFunction(() => !document.querySelector('.field.wrong'));
  for (let tries = 0; (await read()).newsroom.profile.publicUrl !== null && tries < 200; tries += 1) await page.waitForTimeout(50);
  assert.equal((await read()).newsroom.profile.publicUrl, null);
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a person changes their name, which others see at once, and ends all sessions', async () => {
  const claim = await newClaim(server, ask);
  const { page, problems, context } = await person(browser, server, 'second@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/account`);
  await page.getByLabel('Name that others see').fill('Tomás Ferreira Lima');
  await page.getByLabel('Your password, to confirm').fill('not the password');
  await page.getByRole('button', { name: 'Save the profile' }).click();
  await page.locator('.field.wrong', { hasText: 'Your password, to confirm' }).waitFor();
  await page.getByLabel('Your password, to confirm').fill(server.passwords['second@sahel-desk.example']);
  await page.getByRole('button', { name: 'Save the profile' }).click();
  await page.getByRole('heading', { name: 'Tomás Ferreira Lima', level: 1 }).waitFor();
  await shoot(page, 'profile');
  assert.deepEqual(await axeFindings(page), []);
  const elsewhere = await person(browser, server, 'second@sahel-desk.example');
  await elsewhere.page.goto(claim.url);
  await page.getByRole('button', { name: 'End all sessions' }).click();
  await page.getByRole('dialog', { name: 'End all sessions' }).getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await elsewhere.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
  await elsewhere.context.close();
});

test('an admin makes a reset link, with which a member sets a new password', async () => {
  const email = 'reader@sahel-desk.example';
  const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/admin/members`);
  await page.getByRole('row', { name: email }).waitFor();
  await page.getByRole('button', { name: 'More about Léa Martin' }).click();
  await page.getByRole('button', { name: 'Make a password reset link' }).click();
  const link = await page.getByRole('textbox', { name: 'Reset link for Léa Martin' }).inputValue();
  await shoot(page, 'members-reset');
  const visitor = await person(browser, server);
  await visitor.page.goto(link);
  await visitor.page.getByLabel('New password').fill('password');
  await visitor.page.getByRole('button', { name: 'Set the password' }).click();
  await visitor.page.locator('.field.wrong', { hasText: 'New password' }).waitFor();
  await shoot(visitor.page, 'reset');
  assert.deepEqual(await axeFindings(visitor.page), []);
  await visitor.page.getByLabel('New password').fill('a ferry sails at noon');
  await visitor.page.getByRole('button', { name: 'Set the password' }).click();
  await visitor.page.getByText('The password is set.').waitFor();
  assert.equal(await visitor.page.evaluate(() => location.hash), '');
  await visitor.page.getByRole('link', { name: 'Sign in', exact: true }).click();
  server.passwords[email] = 'a ferry sails at noon';
  await signIn(visitor.page, server, email);
  // The link works once.
  await visitor.page.goto(`${server.origin}/`);
  await visitor.page.goto(link);
  await visitor.page.getByLabel('New password').fill('another ferry at noon');
  await visitor.page.getByRole('button', { name: 'Set the password' }).click();
  await visitor.page.getByRole('alert').waitFor();
  assert.deepEqual([...problems, ...visitor.problems], []);
  await visitor.context.close();
  await context.close();
});

test('an admin deactivates a member and activates them again, and renames the newsroom', async () => {
  const { page, problems, context } = await person(browser, server, 'admin@sahel-desk.example');
  const member = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/admin/members`);
  const row = page.getByRole('row', { name: /Mariam Keïta/ });
  await row.getByRole('button', { name: 'More about Mariam Keïta' }).click();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await row.getByText('Deactivated').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await member.page.goto(`${server.origin}/n/sahel-desk`);
  await member.page.getByText('You are not a member of this newsroom.').waitFor();
  await row.getByRole('button', { name: 'More about Mariam Keïta' }).click();
  await page.getByRole('button', { name: 'Activate again' }).click();
  await row.getByText('Deactivated').waitFor({ state: 'detached' });
  await member.page.goto(`${server.origin}/n/sahel-desk`);
  await member.page.getByRole('heading', { name: 'My work' }).waitFor();

  await page.goto(`${server.origin}/n/sahel-desk/admin/policy`);
  await page.getByLabel('Name of the newsroom').fill('Sahel Desk, second edition');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('banner').getByText('Sahel Desk, second edition').waitFor();
  await member.page.reload();
  await member.page.getByRole('banner').getByText('Sahel Desk, second edition').waitFor();
  assert.deepEqual([...problems, ...member.problems], []);
  await member.context.close();
  await context.close();
});

// Creates the newsroom for the client tests, and prints its ids as JSON.
//
// Uses the server CLAIMSPAN_SERVER, the admin's token CLAIMSPAN_TOKEN and the newsroom CLAIMSPAN_NEWSROOM.
import { randomBytes } from 'node:crypto';
import { ask, CLAIMS, TestNewsroom } from './newsroom.mjs';
import { published } from './published.mjs';

const { CLAIMSPAN_SERVER, CLAIMSPAN_TOKEN: token, CLAIMSPAN_NEWSROOM: slug } = process.env;
const url = new URL('/graphql', CLAIMSPAN_SERVER).href;

const { newsroom } = await ask(url, token, 'query($slug: String!) { newsroom(slug: $slug) { id slug } }', { slug });
const seeded = new TestNewsroom({ url, newsroom, people: { admin: { token } } });

const INVITE = 'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { acceptToken } }';
const ACCEPT = `mutation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { token account { id displayName } }
}`;
for (const [name, role] of Object.entries({ editor: 'EDITOR', reviewer: 'REVIEWER', second: 'REVIEWER', reader: 'READER' })) {
  const email = `${name}@${slug}.example`;
  const { inviteMember } = await seeded.as('admin', INVITE, { input: { newsroom: newsroom.id, email, role } });
  const input = { acceptToken: inviteMember.acceptToken, displayName: `The ${name}`, password: randomBytes(16).toString('hex') };
  const { acceptInvitation } = await ask(url, undefined, ACCEPT, { input });
  seeded.people[name] = { ...acceptInvitation.account, email, token: acceptInvitation.token };
}

seeded.article = await seeded.anArticle();
seeded.claims = [];
for (const claim of CLAIMS) {
  seeded.claims.push({ ...claim, id: (await seeded.aClaim(seeded.article.id, claim)).id });
}
// The first claim is READY, and its two verdicts differ. The second is under blind review. The others are OPEN.
await seeded.aVerdict(seeded.claims[0].id, 'FALSE', 'reviewer');
await seeded.aVerdict(seeded.claims[0].id, 'MIXED', 'second');
await seeded.aVerdict(seeded.claims[1].id, 'UNVERIFIABLE', 'reviewer');

// Before the tests run: a change of the policy ends subscriptions.
seeded.published = await published(seeded);

console.log(JSON.stringify(seeded, undefined, 2));

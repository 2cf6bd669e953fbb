// Makes the newsroom that the clients are tried on, and prints what the tests need to know of it as JSON.
//
// At CLAIMSPAN_SERVER, as the admin whose token is CLAIMSPAN_TOKEN, in the newsroom CLAIMSPAN_NEWSROOM.
import { randomBytes } from 'node:crypto';
import { ask, CLAIMS, Desk } from './newsroom.mjs';

const { CLAIMSPAN_SERVER, CLAIMSPAN_TOKEN: token, CLAIMSPAN_NEWSROOM: slug } = process.env;
const url = new URL('/graphql', CLAIMSPAN_SERVER).href;

const { newsroom } = await ask(url, token, 'query($slug: String!) { newsroom(slug: $slug) { id slug } }', { slug });
const desk = new Desk({ url, newsroom, people: { admin: { token } } });

const INVITE = 'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { acceptToken } }';
const ACCEPT = `mutation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { token account { id displayName } }
}`;
for (const [name, role] of Object.entries({ editor: 'EDITOR', reviewer: 'REVIEWER', second: 'REVIEWER', reader: 'READER' })) {
  const email = `${name}@${slug}.example`;
  const { inviteMember } = await desk.as('admin', INVITE, { input: { newsroom: newsroom.id, email, role } });
  const input = { acceptToken: inviteMember.acceptToken, displayName: `The ${name}`, password: randomBytes(16).toString('hex') };
  const { acceptInvitation } = await ask(url, undefined, ACCEPT, { input });
  desk.people[name] = { ...acceptInvitation.account, email, token: acceptInvitation.token };
}

desk.article = await desk.anArticle();
desk.claims = [];
for (const claim of CLAIMS) {
  desk.claims.push({ ...claim, id: (await desk.aClaim(desk.article.id, claim)).id });
}
// The first is READY, and the two differ on it; the second is under blind review; the others are OPEN.
await desk.aVerdict(desk.claims[0].id, 'FALSE', 'reviewer');
await desk.aVerdict(desk.claims[0].id, 'MIXED', 'second');
await desk.aVerdict(desk.claims[1].id, 'UNVERIFIABLE', 'reviewer');

console.log(JSON.stringify(desk, undefined, 2));

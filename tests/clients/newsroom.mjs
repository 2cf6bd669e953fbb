// The newsroom of the client tests: its accounts, and changes that other members make while a client watches.
import { createClient } from 'graphql-http';

/** Sends a request to the API at `url` with this token. Throws if the response has errors. */
export async function ask(url, token, query, variables = {}) {
  const client = createClient({ url, headers: token ? { authorization: `Bearer ${token}` } : {} });
  const { data, errors } = await new Promise((resolve, reject) => {
    client.subscribe({ query, variables }, { next: resolve, error: reject, complete() {} });
  });
  if (errors) {
    throw new Error(`${query} is answered with ${JSON.stringify(errors)}`);
  }
  return data;
}

export class TestNewsroom {
  /** @param known `{url, newsroom: {id, slug}, people: {editor: {id, displayName, token}, …}, article: {id, title}, claims: [{id, …}]}` */
  constructor(known) {
    Object.assign(this, known);
  }

  /** The API's address for WebSockets. */
  get socket() {
    return this.url.replace(/^http/, 'ws');
  }

  /** The request headers of the named account, or of an anonymous client without a name. */
  headers(name) {
    return name === undefined ? {} : { authorization: `Bearer ${this.people[name].token}` };
  }

  as(name, document, variables) {
    return ask(this.url, this.people[name].token, document, variables);
  }

  /** Imports an article about ferries. Each test that writes imports its own. */
  async anArticle(title = 'Ferry fares double') {
    const document = 'mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id title } } }';
    const input = { newsroom: this.newsroom.id, title, body: BODY, language: 'en', publisher: 'Strait Gazette' };
    return (await this.as('editor', document, { input })).importArticle.article;
  }

  async aClaim(article, { exact, statement, claimant } = CLAIMS[0], who = 'reviewer') {
    const document = 'mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }';
    const input = { article, statement, claimant, ranges: [{ exact }] };
    return (await this.as(who, document, { input })).markClaim.claim;
  }

  async aVerdict(claim, rating, who = 'reviewer') {
    const document = 'mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } claim { id state } } }';
    return (await this.as(who, document, { input: verdictOn(claim, rating) })).submitVerdict;
  }
}

/** The text of every article here. The ship is one code point and two UTF-16 code units. */
const BODY = `The operator says that fares doubled because fuel did. 🚢 Its spokeswoman called the rise fair.
Fuel cost 0.92 a litre in May, and 1.04 in August.
The ferry Aurore carries 400 passengers a day. No other line crosses the strait.
The mayor said that the town paid for the new pier.`;

/** The claims of the article, in the order of the text. */
export const CLAIMS = [
  { exact: 'fares doubled because fuel did', statement: 'Ferry fares doubled because fuel prices doubled.', claimant: 'The operator' },
  { exact: 'called the rise fair', statement: 'The operator calls the rise fair.', claimant: 'The operator' },
  { exact: 'carries 400 passengers a day', statement: 'The Aurore carries 400 passengers a day.' },
  { exact: 'No other line crosses the strait', statement: 'No other ferry line crosses the strait.' },
  { exact: 'the town paid for the new pier', statement: 'The town paid for the new pier.', claimant: 'The mayor' },
];

/** A SubmitVerdictInput. */
export const verdictOn = (claim, rating) => ({
  claim, rating, rationale: 'By the figures that the article itself gives.',
  citations: [{ url: 'https://prices.example.org/marine-fuel', title: 'Marine fuel prices', stance: 'REFUTES', quote: '1.04' }],
});

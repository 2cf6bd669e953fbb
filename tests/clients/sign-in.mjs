// Signs in at CLAIMSPAN_SERVER as CLAIMSPAN_EMAIL, reads the password from standard input, and prints the token.
import { readFileSync } from 'node:fs';

const { CLAIMSPAN_SERVER, CLAIMSPAN_EMAIL: email } = process.env;
const password = readFileSync(0, 'utf8').trim();

const answer = await fetch(new URL('/graphql', CLAIMSPAN_SERVER), {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
  body: JSON.stringify({
    query: 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { token } }',
    variables: { input: { email, password } },
  }),
});
const { data, errors } = await answer.json();
if (!data?.signIn?.token) {
  throw new Error(`cannot sign in: ${answer.status} ${JSON.stringify(errors)}`);
}
console.log(data.signIn.token);

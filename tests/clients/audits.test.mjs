// The audits of the GraphQL over HTTP specification: https://graphql-http.com. Here, SHOULD and MAY count as much as MUST.
import assert from 'node:assert/strict';
import test from 'node:test';
import { serverAudits } from 'graphql-http';
import { seeded } from './seeded.mjs';

const audits = serverAudits({ url: seeded.url });

test('there are 61 audits', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason, response } = await audit.fn();
    assert.equal(status, 'ok', status === 'ok' ? undefined : `${reason}; the answer: ${response.status} ${await response.text()}`);
  });
}

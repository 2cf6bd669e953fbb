// GraphQL over HTTP, by the audits of its specification: https://graphql-http.com. SHOULDs and MAYs count as much as MUSTs here.
import assert from 'node:assert/strict';
import test from 'node:test';
import { serverAudits } from 'graphql-http';
import { desk } from './desk.mjs';

const audits = serverAudits({ url: desk.url });

test('there are 61 audits', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason, response } = await audit.fn();
    assert.equal(status, 'ok', status === 'ok' ? undefined : `${reason}; the answer: ${response.status} ${await response.text()}`);
  });
}

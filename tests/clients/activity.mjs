// Tests of the subscription `activity`, which every client runs.
//
// A client passes `listen(name, variables)`. It yields results `{data, errors}` as they arrive, for the named account, or for an
// anonymous reader without a name. Errors that it throws count, too.
import assert from 'node:assert/strict';
import { seeded } from './seeded.mjs';

export const ACTIVITY = `
  subscription Activity($newsroom: ID!, $article: ID, $after: Int) {
    activity(newsroom: $newsroom, article: $article, after: $after) {
      number at kind
      actor { id displayName }
      article { id version }
      claim { id state version }
      verdict { id }
    }
  }
`;

/** The events of an observer, read one after the other. `start(observer)` returns a function that stops it. */
export function stream(start) {
  let stop;
  return new ReadableStream({
    start(controller) {
      stop = start({
        next: result => controller.enqueue(result),
        error: error => controller.error(error),
        complete: () => controller.close(),
      });
    },
    cancel: () => stop(),
  });
}

/** Follows an article: past events come first, then new ones. From a later number on, only the rest comes. */
export async function isFollowed(listen) {
  const article = await seeded.anArticle();
  const variables = { newsroom: seeded.newsroom.id, article: article.id };
  const events = read(listen('editor', { ...variables, after: 0 }));

  const imported = await events.next();
  assert.equal(imported.kind, 'ARTICLE_IMPORTED');
  assert.deepEqual([imported.actor.id, imported.article.id], [seeded.people.editor.id, article.id]);
  assert.deepEqual([imported.claim, imported.verdict], [null, null]);
  assert.ok(Math.abs(Date.now() - Date.parse(imported.at)) < 600_000, imported.at);

  // The first event shows that the subscription is active. From now on, events arrive as they happen.
  const claim = await seeded.aClaim(article.id);
  const marked = await events.next();
  assert.equal(marked.kind, 'CLAIM_MARKED');
  assert.deepEqual([marked.actor.id, marked.actor.displayName], [seeded.people.reviewer.id, seeded.people.reviewer.displayName]);
  assert.deepEqual([marked.claim.id, marked.claim.state, marked.article.id], [claim.id, 'OPEN', article.id]);
  assert.ok(marked.article.version > imported.article.version);

  const { verdict } = await seeded.aVerdict(claim.id, 'FALSE', 'second');
  const judged = await events.next();
  assert.equal(judged.kind, 'VERDICT_SUBMITTED');
  assert.deepEqual([judged.actor.id, judged.verdict.id], [seeded.people.second.id, verdict.id]);
  assert.deepEqual([judged.claim.id, judged.claim.state], [claim.id, 'IN_REVIEW']);
  assert.ok(judged.claim.version > marked.claim.version);
  assert.ok(imported.number < marked.number && marked.number < judged.number);
  await events.stop();

  const rest = read(listen('editor', { ...variables, after: imported.number }));
  const numbers = [(await rest.next()).number, (await rest.next()).number];
  assert.deepEqual(numbers, [marked.number, judged.number]);
  await rest.stop();
}

/** A subscription without permission ends with an error code. */
export async function isRefused(listen) {
  const { id: newsroom } = seeded.newsroom;
  assert.deepEqual(await codes(listen(undefined, { newsroom })), ['UNAUTHENTICATED']);
  assert.deepEqual(await codes(listen('editor', { newsroom: newsroom.replace(/.{4}$/, 'ffff') })), ['NOT_FOUND']);
}

/** The codes of the errors that arrive instead of an event. */
export async function codes(results) {
  let errors;
  const iterator = results[Symbol.asyncIterator]();
  try {
    const { value } = await iterator.next();
    errors = value?.errors;
  } catch (error) {
    // graphql-ws throws the errors of the protocol's `error` unchanged, and graphql-sse throws the response that is not a stream.
    errors = error.response ? (await error.response.json()).errors : error.errors ?? error;
  }
  await iterator.return?.();
  assert.ok(Array.isArray(errors), `errors, and not ${errors}`);
  return errors.map(({ extensions }) => extensions.code);
}

function read(results) {
  const iterator = results[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await iterator.next();
      assert.ok(!done, 'the events have ended');
      assert.equal(value.errors, undefined, JSON.stringify(value.errors));
      return value.data.activity;
    },
    stop: () => iterator.return(),
  };
}

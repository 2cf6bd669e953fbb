// The subscription `activity`: what whoever listens has to get, whatever client brings it.
//
// A client is given as `listen(name, variables)`, which gives results `{data, errors}` as they come, to somebody or, without a name, to a
// stranger. What it throws counts as errors, too.
import assert from 'node:assert/strict';
import { desk } from './desk.mjs';

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

/** What comes to an observer, to be read one after the other; `start(observer)` gives how to stop. */
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

/** Somebody listens to an article: what has happened comes first, then what happens; and from a later number on, only the rest. */
export async function isFollowed(listen) {
  const article = await desk.anArticle();
  const variables = { newsroom: desk.newsroom.id, article: article.id };
  const events = read(listen('editor', { ...variables, after: 0 }));

  const imported = await events.next();
  assert.equal(imported.kind, 'ARTICLE_IMPORTED');
  assert.deepEqual([imported.actor.id, imported.article.id], [desk.people.editor.id, article.id]);
  assert.deepEqual([imported.claim, imported.verdict], [null, null]);
  assert.ok(Math.abs(Date.now() - Date.parse(imported.at)) < 600_000, imported.at);

  // Whoever got an event listens: what is done from now on comes while it happens.
  const claim = await desk.aClaim(article.id);
  const marked = await events.next();
  assert.equal(marked.kind, 'CLAIM_MARKED');
  assert.deepEqual([marked.actor.id, marked.actor.displayName], [desk.people.reviewer.id, desk.people.reviewer.displayName]);
  assert.deepEqual([marked.claim.id, marked.claim.state, marked.article.id], [claim.id, 'OPEN', article.id]);
  assert.ok(marked.article.version > imported.article.version);

  const { verdict } = await desk.aVerdict(claim.id, 'FALSE', 'second');
  const judged = await events.next();
  assert.equal(judged.kind, 'VERDICT_SUBMITTED');
  assert.deepEqual([judged.actor.id, judged.verdict.id], [desk.people.second.id, verdict.id]);
  assert.deepEqual([judged.claim.id, judged.claim.state], [claim.id, 'IN_REVIEW']);
  assert.ok(judged.claim.version > marked.claim.version);
  assert.ok(imported.number < marked.number && marked.number < judged.number);
  await events.stop();

  const rest = read(listen('editor', { ...variables, after: imported.number }));
  const numbers = [(await rest.next()).number, (await rest.next()).number];
  assert.deepEqual(numbers, [marked.number, judged.number]);
  await rest.stop();
}

/** Whoever may not listen is told so, with a code. */
export async function isRefused(listen) {
  const { id: newsroom } = desk.newsroom;
  assert.deepEqual(await codes(listen(undefined, { newsroom })), ['UNAUTHENTICATED']);
  assert.deepEqual(await codes(listen('editor', { newsroom: newsroom.replace(/.{4}$/, 'ffff') })), ['NOT_FOUND']);
}

/** The codes of the errors that come instead of an event. */
export async function codes(results) {
  let errors;
  const iterator = results[Symbol.asyncIterator]();
  try {
    const { value } = await iterator.next();
    errors = value?.errors;
  } catch (error) {
    // graphql-ws throws the errors of the protocol's `error` as they are, and graphql-sse the answer that is no stream.
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

// Follows what happens in a newsroom. After a lost connection it goes on behind the last event that it saw, so nothing is missed.
import { createClient } from 'graphql-sse';
import { ActivityDocument, type ActivitySubscription } from '../gql/graphql';
import { createStore } from '../ui/store';
import { ENDPOINT, reachable, SESSION_HEADERS, sessionEnded, touch } from './client';

export type Activity = ActivitySubscription['activity'];

/** Whether events come at this time. */
export const live = createStore(false);

/** Rises when events begin to come and what happened before is unknown: whatever was read until then may be older. */
export const gaps = createStore(0);

const listeners = new Set<(event: Activity) => void>();

/** Calls `listener` with each event, in order. */
export function onActivity(listener: (event: Activity) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows a newsroom until the function that it gives is called. */
export function follow(newsroom: string): () => void {
  const ended = new AbortController();
  let last: number | undefined;
  let pause = 500;

  const connect = async () => {
    const sse = createClient({
      url: ENDPOINT,
      headers: SESSION_HEADERS,
      credentials: 'same-origin',
      retryAttempts: 0,
      abortControllerImpl: AbortController,
    });
    const stop = () => sse.dispose();
    ended.signal.addEventListener('abort', stop);
    // A connection that died without a word is given up once the server is back, or the computer wakes up.
    const stopWatching = reachable.subscribe(() => {
      if (reachable.get()) stop();
    });
    window.addEventListener('online', stop);
    try {
      const events = sse.iterate<ActivitySubscription>({
        query: ActivityDocument.toString().trim(),
        variables: { newsroom, after: last },
      }, {
        connected: () => {
          live.set(true);
          // Without a number to go on from, pages ask for what happened meanwhile.
          if (last === undefined) {
            gaps.set((n) => n + 1);
            touch();
          }
        },
      });
      for await (const answer of events) {
        const code = answer.errors?.[0]?.extensions?.code;
        if (code === 'UNAUTHENTICATED') {
          sessionEnded.set(true);
          return;
        }
        const event = answer.data?.activity;
        if (!event) {
          // The session, the role or the policy changed, or this page fell behind.
          touch();
          break;
        }
        pause = 500;
        last = event.number;
        for (const listener of [...listeners]) listener(event);
        soon();
      }
    } catch {
      // The connection was lost; the loop below tries again.
    } finally {
      live.set(false);
      ended.signal.removeEventListener('abort', stop);
      window.removeEventListener('online', stop);
      stopWatching();
      sse.dispose();
    }
  };

  void (async () => {
    while (!ended.signal.aborted) {
      await connect();
      // Once the session has ended there is nothing to follow, until somebody signs in again.
      if (sessionEnded.get()) await signedInAgain(ended.signal);
      if (ended.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, 15_000);
    }
  })();
  return () => ended.abort();
}

/** Several events in a row make pages ask again once. */
let waiting: ReturnType<typeof setTimeout> | undefined;
function soon() {
  waiting ??= setTimeout(() => {
    waiting = undefined;
    touch();
  }, 400);
}

function signedInAgain(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = sessionEnded.subscribe(() => {
      if (!sessionEnded.get()) finish();
    });
    const finish = () => {
      stop();
      resolve();
    };
    ended.addEventListener('abort', finish, { once: true });
  });
}
